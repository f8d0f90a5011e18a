/// <reference types="node" />
import * as net from 'node:net'
import P9 = require('../index.js')
import parsers = require('./parsers/index.js')

/**
 * node-ipc as 14.x has it.
 *
 * ```js
 * const { default: ipc } = require('napi-ipc/node-ipc/v14')
 * ipc.config.parser = 'guarded'
 * ipc.serve(() => ipc.server.on('message', (data, socket) => ipc.server.emit(socket, 'message', data + ' world!')))
 * ipc.server.start()
 * ```
 */
declare const ipc: IPCModule
export default ipc

export import Parser = parsers.Parser
export import FastParser = parsers.FastParser
export import GuardedParser = parsers.GuardedParser
export import AssuredParser = parsers.AssuredParser
export import RawParser = parsers.RawParser
export import IPCProtocolError = parsers.IPCProtocolError

/** An instance that also hands out the class for further instances: the class of the module's default export. */
export class IPCModule extends IPC {
  /** `new ipc.IPC()` is an instance of its own. */
  IPC: typeof IPC
}

/**
 * The options of an instance. One object, shared with every client and server made from the instance. What says "when a client
 * or a server is made" is read by `connectTo`, `connectToNet`, `serve` and `serveNet`; changing it later changes nothing for them.
 */
export interface Config extends Omit<
  P9.Config,
  'encoding' | 'rawBuffer' | 'sync' | 'socketRoot' | 'stopRetrying' | 'IPType'
> {
  /**
   * First part of default socket paths: the directory, with its last slash. Default: a directory of this user's,
   * `$XDG_RUNTIME_DIR/node-ipc/` or `node-ipc-<uid>/` in the directory for temporary files. Read by `connectTo`, `serve` and `start`.
   */
  socketRoot: string
  /** How strings are encoded in raw mode. Default `'utf8'`. Read when a client or a server is made. */
  encoding: BufferEncoding
  /** Another way to ask for `parser: 'raw'`, and stronger. Default `false`. Read when a client or a server is made. */
  rawBuffer: boolean
  /**
   * How messages become bytes and back, and what is taken from a peer. Default `'fast'`. Read when a client or a server is made.
   *
   * - `'raw'`: bytes as they come.
   * - `'fast'`: events; a peer that sends something else is cut off.
   * - `'guarded'`: besides, sizes, names and the time for a message have limits.
   * - `'assured'`: besides, only the events in `allowedEvents`, and only over secure transports.
   * - a parser of the program's own, or a class that is made with the config.
   */
  parser: 'raw' | 'fast' | 'guarded' | 'assured' | CustomParser | (new (config: Config) => CustomParser)
  /** Clients send a request only when a message was received since the last one. Default `false`. Read when a client is made. */
  sync: boolean
  /**
   * Whether a truthy `data.id` from a client becomes the `socket.id` of its connection. A claim of the peer's, no proof.
   * Default `false`. Read when a server is made.
   */
  identifyPeer: boolean
  /** Guarded: bytes of a message, sent or received. Default `1048576`. Read when a client or a server is made. */
  maxMessageSize: number
  /** Guarded: bytes that may wait to be sent on a connection; with more it is cut off. Default `8388608`. Read as above. */
  maxPendingBytes: number
  /** Guarded: longest name of an event, in UTF-16 code units. Default `256`. Read as above. */
  maxEventNameLength: number
  /** Guarded: milliseconds a message may take from its first byte to its last; `0` is no limit. Default `30000`. Read as above. */
  messageTimeout: number
  /** Guarded: whether peers may send events named like those of this end (`connect`, `error` …). Default `false`. Read as above. */
  allowReservedEvents: boolean
  /** Assured: the events there are. Default `false`. Read as above. */
  allowedEvents: false | readonly string[] | ReadonlySet<string>
  /** Whether every event is logged with its data. Default `false`. Read as above. */
  logPayloads: boolean
  /** Whether clients stay disconnected, whatever `maxRetries` is. Default `false`. Read when a connection closes and at a retry. */
  stopRetrying: boolean
  /** For information only: the family of the first interface of this machine. */
  readonly IPType: string
  /** Whether `start` sees to it that `socketRoot` is a directory of this user's alone. Default `true`. Read by `start`. */
  secureSocketRoot: boolean
}

/** What `config.parser` needs at least. */
export interface CustomParser {
  /** One message as what is written. */
  encode(type: any, data?: any): string | Uint8Array
  /** Calls `receive` with the messages that a chunk completes; returns the rest, which comes back with the next chunk. */
  read(remainder: any, chunk: any, receive: (message: any) => void): any
  /** Bytes are published as `data`; `read` is not called. */
  readonly raw?: boolean
  /** In which `read` gets its chunks. Default `'utf8'`. */
  readonly encoding?: BufferEncoding
  /** `'guarded'` and `'assured'` switch `messageTimeout` and `maxPendingBytes` on, `'assured'` the demands on the transport too. */
  readonly profile?: string
  readonly messageTimeout?: number
  readonly maxPendingBytes?: number
}

export type Socket = P9.Socket
export type Raw = P9.Raw
export type Peer = P9.Peer
export type Queue = P9.Queue
export type TlsOptions = P9.TlsOptions
export type InterfaceOptions = P9.InterfaceOptions
export type Handler = (this: undefined, ...args: any[]) => void

/** Publish and subscribe. Not an EventEmitter: nothing happens when nobody listens, also for `error`. */
export interface PubSub {
  /** Calls `handler` with `(type, ...args)` for every event, before the handlers of its type. */
  on(type: '*', handler: (this: undefined, type: string, ...args: any[]) => void, once?: boolean): this
  /** Calls `handler` for each event of the type. Added by a handler of the same event it is called for that one too. */
  on(type: string, handler: Handler, once?: boolean): this
  /** Calls `handler` for the next event of the type only. */
  once(type: string, handler: Handler): this
  /** Removes every registration of `handler` for the type; without it all handlers of the type; without both those of `'*'`. */
  off(type?: string, handler?: Handler | '*'): this
  /** Removes all handlers of all types. */
  reset(): this
  /** Calls the handlers of this process; nothing is sent. */
  publish(type: string, ...args: any[]): this
  /** The handlers by type, a copy; those of `'*'` under `Symbol.for('event-pubsub-all')`. */
  readonly list: Record<string | symbol, Handler[]>
}

/** `ipc.of[id]`: one end of a connection that is established again when it is lost. */
export interface Client extends PubSub {
  /** The connection is there, for the first time or again. */
  on(type: 'connect', handler: (this: undefined) => void, once?: boolean): this
  /** The connection is gone, or an attempt failed. A retry follows after `config.retry` ms, or `destroy` at once. */
  on(type: 'disconnect', handler: (this: undefined) => void, once?: boolean): this
  /** There will be no further attempt. */
  on(type: 'destroy', handler: (this: undefined) => void, once?: boolean): this
  /** The connection or an attempt failed, or the peer has broken the protocol (an `IPCProtocolError`). */
  on(type: 'error', handler: (this: undefined, error: NodeJS.ErrnoException) => void, once?: boolean): this
  /** Raw mode: bytes as they came. */
  on(type: 'data', handler: (this: undefined, chunk: Buffer) => void, once?: boolean): this
  on(type: '*', handler: (this: undefined, type: string, ...args: any[]) => void, once?: boolean): this
  /** An event of the server. */
  on<Data = any>(type: string, handler: (this: undefined, data: Data) => void, once?: boolean): this
  on(type: string, handler: Handler, once?: boolean): this

  /**
   * Sends an event. `undefined` arrives as `{}`, everything else as JSON has it.
   * @returns false if the sender should wait for `drain` of the socket, or if the event is lost
   * @throws {TypeError} if JSON has no form for `data`
   * @throws {IPCProtocolError} guarded: for what the peer would not be allowed to send either
   */
  emit(type: string, data?: any): boolean
  /** Raw mode: sends bytes. */
  emit(bytes: Raw): boolean
  /** Connects to `path` and `port` unless there is a connection. @returns the connection */
  connect(): Socket

  id: any
  /** The socket path, or the host if there is a port. */
  path: string
  /** The port; undefined for a local socket. */
  port?: number
  config: Config
  log: IPC['log']
  /** The class, for programs that make clients of their own. */
  Client: new (config: Config, log: IPC['log']) => Client
  /** The connection, a new object for each attempt; false before the first. */
  socket: Socket
  /** Sync mode: the requests that wait; otherwise null. */
  queue: Queue | null
  retriesRemaining: number
  /** The retry that is on the clock, or false. */
  retryTimer: any
  /** Set by `ipc.disconnect`: no retry any more. */
  explicitlyDisconnected: boolean
  /** The peer has broken the protocol: no retry any more. */
  protocolViolation: boolean
  parser: any
  raw: boolean
  encoding: BufferEncoding
}

/** `ipc.server`: listens, and publishes what its clients send. */
export interface Server extends PubSub {
  /** It listens. */
  on(type: 'start', handler: (this: undefined, listener: net.Server) => void, once?: boolean): this
  /** A client was accepted. */
  on(type: 'connect', handler: (this: undefined, socket: Socket) => void, once?: boolean): this
  /** A client is gone and no longer in `sockets`; `id` is `socket.id`, or `false` if there is none. */
  on(
    type: 'socket.disconnected',
    handler: (this: undefined, socket: Socket, id: any) => void,
    once?: boolean
  ): this
  /** A connection has closed, after `socket.disconnected`. */
  on(type: 'close', handler: (this: undefined, socket: Socket) => void, once?: boolean): this
  /** Listening or a connection failed, or a client has broken the protocol (an `IPCProtocolError`). */
  on(type: 'error', handler: (this: undefined, error: NodeJS.ErrnoException) => void, once?: boolean): this
  /** Raw mode: bytes as they came. */
  on(type: 'data', handler: (this: undefined, chunk: Buffer, socket: Socket) => void, once?: boolean): this
  on(type: '*', handler: (this: undefined, type: string, ...args: any[]) => void, once?: boolean): this
  /** An event of a client. */
  on<Data = any>(
    type: string,
    handler: (this: undefined, data: Data, socket: Socket) => void,
    once?: boolean
  ): this
  on(type: string, handler: Handler, once?: boolean): this

  /**
   * Starts to listen: the address is bound on return, `start` or `error` is published later.
   * @throws if the place is unfit: `ERR_IPC_UNLINK_NOT_SOCKET`, `ERR_IPC_SOCKET_ROOT`, `ERR_IPC_ASSURED_TRANSPORT` …
   */
  start(): void
  /** Stops to listen, and closes the connections there are. */
  stop(): void
  /** Sends an event to one client. See `emit` of a client. */
  emit(socket: Socket | net.Socket | Peer, type: string, data?: any): boolean
  /** Raw mode: sends bytes to one client. */
  emit(socket: Socket | net.Socket | Peer, bytes: Raw): boolean
  /** Sends an event to every client. @returns false if one of them asks for a pause */
  broadcast(type: string, data?: any): boolean
  /** Raw mode: sends bytes to every client. */
  broadcast(bytes: Raw): boolean
  /** Publishes `start`. */
  onStart(socket?: any): void

  /** The socket path, or the host if there is a port. */
  path: string
  /** The port; undefined for a local socket. */
  port?: number
  udp4: boolean
  udp6: boolean
  config: Config
  log: IPC['log']
  /** The listener, with the surface of `net.Server`; false before `start`. */
  server: net.Server
  /** The connections in the order they were accepted. */
  sockets: Socket[]
  parser: any
  raw: boolean
  encoding: BufferEncoding
}

/** Called with the instance, at once; without an argument if there is a client of that id already. */
export type Connecting = (instance?: IPC) => void
export type Started = (this: undefined, listener: net.Server) => void

/** An instance: its own config, clients and server. Assigning its methods is ignored. */
declare class IPC {
  config: Config
  /** The clients by id; an object without a prototype. */
  of: Record<string, Client>
  /** The server; false before `serve` or `serveNet`. */
  server: Server

  /** Connects to a local socket as `ipc.of[id]`, by default the one at `socketRoot + appspace + id`. */
  connectTo(id: string, path?: string | null, callback?: Connecting): void
  connectTo(id: string, callback: Connecting): void
  /** Connects to a TCP socket as `ipc.of[id]`, by default at `networkHost` and `networkPort`. */
  connectToNet(id: string, host?: string | null, port?: number | string | null, callback?: Connecting): void
  connectToNet(id: string, port: number, callback?: Connecting): void
  connectToNet(id: string, host: string, callback: Connecting): void
  connectToNet(id: string, callback: Connecting): void
  /** Closes the connection of `ipc.of[id]`, removes its handlers and itself, and stops its retries. */
  disconnect(id: string): void
  /** Makes `ipc.server` for a local socket; `ipc.server.start()` makes it listen. */
  serve(path?: string | null, callback?: Started): void
  serve(callback: Started): void
  /** Makes `ipc.server` for the network, by default TCP at `networkHost` and `networkPort`. */
  serveNet(
    host?: string | null,
    port?: number | null,
    UDPType?: 'udp4' | 'udp6' | null,
    callback?: Started
  ): void
  serveNet(host: string, port: number, callback: Started): void
  serveNet(host: string, UDPType: 'udp4' | 'udp6', callback?: Started): void
  serveNet(host: string, callback: Started): void
  serveNet(port: number, UDPType: 'udp4' | 'udp6', callback?: Started): void
  serveNet(port: number, callback?: Started): void
  serveNet(UDPType: 'udp4' | 'udp6', callback?: Started): void
  serveNet(callback: Started): void
  /** Gives its arguments to `config.logger`, objects inspected, joined by blanks; nothing if `config.silent`. */
  log(...args: any[]): void
}
export type { IPC }
