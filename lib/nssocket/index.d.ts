/// <reference types="node" />
import * as net from 'node:net'
import { Duplex } from 'node:stream'
import * as tls from 'node:tls'

/**
 * The name of an event: its segments, or a string of them joined by the delimiter. Listeners may name `*`, which stands for
 * one segment, and `**`, which stands for any number of them. The segments of an array are taken as they are, not split.
 */
export type EventName = string | ReadonlyArray<string | number>

/** A handler; `this` is the socket, `this.event` the name as it was emitted. */
export type Listener<Socket = NsSocket> = (this: Socket, ...args: any[]) => void

/** How long a client waits before it connects again. */
export interface Backoff {
  /** What each delay multiplies the one before with. Default `10`. Read for each retry. */
  factor?: number | undefined
  /** The longest delay, ms. Default and maximum `2147483647`, about 25 days. Read for each retry. */
  max?: number | undefined
}

/** What both ends of a connection can be given. */
export interface CommonOptions {
  /** What separates the segments of a name that is a string; never seen on the wire. Default `'::'`. Read on construction. */
  delimiter?: string | undefined
  /**
   * Makes a message, which must not contain a newline, from the segments of its name and the payload at the end. The bytes of
   * a Buffer are sent as they are. Default `JSON.stringify`. Read on construction.
   */
  encode?: ((message: any[]) => string | Uint8Array) | undefined
  /**
   * The inverse of `encode`. What throws, or gives no array, is emitted as `decodeError`. Gets a string; with `binary` a Buffer.
   * Default `JSON.parse`. Read on construction.
   */
  decode?: ((message: any) => any[]) | undefined
  /** An addition. Whether `decode` gets Buffers. Default `false`: strings. Read on construction; ignored without `decode`. */
  binary?: boolean | undefined
  /**
   * An addition. Whether an array as payload stays one on the wire. Default `false`: its elements become segments of the name,
   * the last one the payload, as in the original. Read for each `send`.
   */
  nestArrays?: boolean | undefined
  /** Listeners of one name from which on a leak is suspected, with one warning on stderr. Default `10`. Read on construction. */
  maxListeners?: number | undefined
  /**
   * Whether the connection stays open at this end when the peer has ended. Default `false`. Read for each connection, by
   * servers when they are made.
   */
  allowHalfOpen?: boolean | undefined
  /** Whether small messages are sent at once over TCP (TCP_NODELAY). Default `false`. Read as `allowHalfOpen`. */
  noDelay?: boolean | undefined
  /** Whether TCP probes idle connections. Default `false`. Read for each connection. */
  keepAlive?: boolean | undefined
  /** After how many ms without traffic the first probe is sent. Default `0`: as the system does. Read for each connection. */
  keepAliveInitialDelay?: number | undefined
  /** Bytes waiting to be sent from which on `socket.write` gives `false`. Default: that of Node's streams. Read as `allowHalfOpen`. */
  highWaterMark?: number | undefined
  /**
   * An addition. The longest message that is accepted, bytes; a longer one is an `error` with the code
   * `ERR_IPC_FRAME_TOO_LARGE` and closes the connection. Default: the longest string of V8. Read as `allowHalfOpen`.
   */
  maxFrameBytes?: number | undefined
  /**
   * An addition. Bytes waiting to be sent over which `send` throws an error with the code `ERR_IPC_OUTBOX_FULL`, or calls its
   * callback with it. Default `Infinity`. Read as `allowHalfOpen`; not for TLS and wrapped streams.
   */
  maxOutboxBytes?: number | undefined
  /**
   * An addition. Received bytes waiting for JavaScript from which on reading pauses, where that is done by another thread.
   * Default 1 MiB. Read as `allowHalfOpen`; not for TLS and wrapped streams.
   */
  maxInboxBytes?: number | undefined
}

/** What an NsSocket can be given, whatever its transport. */
export interface SocketOptions extends CommonOptions {
  /** Whether it connects again when the connection closes or an attempt fails. Default `false`. Read on construction. */
  reconnect?: boolean | undefined
  /** One more than the number of attempts that are made one after the other. Default, and for `0`, `10`. Read on construction. */
  maxRetries?: number | undefined
  /** The delay before the first attempt, ms; each further one is ten times as long. Default `5000`. Read on construction. */
  retryInterval?: number | undefined
  /** An addition. Other delays than ten times the one before. Default: not set. Read for each retry. */
  backoff?: Backoff | undefined
  /** Whether a stream that is wrapped counts as connected though it is not readable and writable. Default `false`. Read on construction. */
  connected?: boolean | undefined
}

/** TCP, or a local socket. */
export interface TcpOptions extends SocketOptions {
  /** `'tcp4'` for TCP and local sockets, `'tls'` for TLS. Default `'tcp4'`. Read on construction. */
  type?: 'tcp4' | undefined
}

/** TLS: everything that `tls.connect` takes, but for where to connect to. `rejectUnauthorized` is `true` if not set. */
export interface TlsOptions
  extends SocketOptions, Omit<tls.ConnectionOptions, keyof SocketOptions | 'host' | 'port' | 'path'> {
  /** See {@link TcpOptions.type}. */
  type: 'tls'
}

export type NsSocketOptions = TcpOptions | TlsOptions

/** A server for TCP or a local socket; further options are those of `net.createServer`. */
export interface ServerOptions extends CommonOptions {
  /** `'tcp4'` for TCP and local sockets, `'tls'` for TLS. Default `'tcp4'`, which is written into the object. */
  type?: 'tcp4' | undefined
  /** Whether nothing is read from a connection before `socket.resume()`. Default `false`. Read for each connection. */
  pauseOnConnect?: boolean | undefined
}

/** A server for TLS; further options are those of `tls.createServer`. */
export interface TlsServerOptions extends CommonOptions, Omit<tls.TlsOptions, keyof CommonOptions> {
  /** See {@link ServerOptions.type}. */
  type: 'tls'
}

/** What is known of the retries of a socket. */
export interface Retry {
  /** Attempts since the last connection. */
  retries: number
  /** `maxRetries` of the options. */
  max: number
  /** `retryInterval` of the options, ms. */
  interval: number
  /** The delay that is running or was the last one, ms. */
  wait: number
  /** Whether an attempt is being made. */
  waiting?: boolean
}

/** One end of a connection that speaks in events. An EventEmitter2, not an EventEmitter of Node's. */
export interface NsSocket {
  /**
   * Sends an event. The callback is called when the operating system has taken it, with an error if the connection is gone.
   * `undefined` is sent as `null`; an array is taken apart, see {@link CommonOptions.nestArrays}. Not connected: emits `error`.
   * @throws {TypeError} if the name is none, or JSON has no form for `data` (a cycle, a BigInt)
   */
  send(event: EventName, callback: (error?: Error | null) => void): void
  send(event: EventName, data?: unknown, callback?: (error?: Error | null) => void): void
  /** Listens for an event of the peer: `on(['data', ...event], listener)`. */
  data(event: EventName, listener: (this: this, payload: any) => void): void
  /** The same for the next one only. */
  dataOnce(event: EventName, listener: (this: this, payload: any) => void): void
  /** Removes a listener that `data` or `dataOnce` has added. */
  undata(event: EventName, listener: (this: this, payload: any) => void): void

  /**
   * Connects. Arguments may come in any order: a number is the port, a string the host or, without any port, a local path, a
   * function is called once when this attempt has succeeded, after `start`. What is left out is as it was the last time, the
   * host at first `'127.0.0.1'`. A connection that exists is ended.
   * @throws {TypeError} after `end()`
   */
  connect(...args: Array<number | string | ((this: net.Socket) => void)>): void
  /** Schedules one attempt to connect again, after the delay that is due. */
  reconnect(): void
  /** Ends the connection when everything has been sent; `close` follows. No further attempt is made. */
  end(): void
  /** Closes at once, emits `destroy` and removes all listeners. No further attempt is made. */
  destroy(): void
  /** Emits `idle` after each `ms` without traffic; `0` stops. */
  setIdle(ms: number): void
  /** See `net.Socket.setKeepAlive`. */
  setKeepAlive(enable?: boolean, initialDelay?: number): void

  /** The connection: a new object for each, a `tls.TLSSocket` for TLS, the stream that was wrapped; `null` after `end()`. */
  socket: net.Socket
  /** Whether `send` is possible: from `connect()` on, until the connection closes. */
  connected: boolean
  /** The state of the retries. */
  retry: Retry
  /** The port of the last `connect`. */
  port?: number
  /** The host or the local path of the last `connect`. */
  host?: string
  /** The name of the event that is being handled, as it was emitted: an array for those of the peer. */
  event: any

  /** A connection has been established, for the first time or again; for TLS, the handshake is over. */
  on(event: 'start', listener: (this: this) => void): this
  /** The connection is closed or the attempt has failed; after an error with the arguments `true` and `undefined`. */
  on(event: 'close', listener: (this: this, hadError?: true, nothing?: undefined) => void): this
  /** The connection or an attempt failed, or `send` was called without a connection. Throws if nobody listens. */
  on(event: 'error', listener: (this: this, error: NodeJS.ErrnoException) => void): this
  /** No traffic for as long as `setIdle` said. */
  on(event: 'idle', listener: (this: this) => void): this
  /** `destroy` was called. */
  on(event: 'destroy', listener: (this: this) => void): this
  /** A line that is no message, and why. The connection stays. */
  on(event: 'decodeError', listener: (this: this, error: Error, line: string | Buffer) => void): this
  /** An event of any name; those of the peer begin with `data`. */
  on(event: EventName, listener: Listener<this>): this
  /** The same as `onAny`. */
  on(listener: Listener<this>): this
  /** The same as `on`. */
  addListener(event: EventName, listener: Listener<this>): this
  /** Listens for the next event of the name only. */
  once(event: EventName, listener: Listener<this>): this
  /** Listens for so many events of the name. */
  many(event: EventName, times: number, listener: Listener<this>): this
  /** Removes a listener, one registration of it. */
  off(event: EventName, listener: Listener<this>): this
  /** The same as `off`. */
  removeListener(event: EventName, listener: Listener<this>): this
  /** Removes all listeners of a name; without one all but those of `onAny`. */
  removeAllListeners(event?: EventName): this
  /** Sets the number of listeners from which on a leak is suspected. */
  setMaxListeners(count: number): void
  /** The listeners an event of the name would reach, in the order they would be called. */
  listeners(event: EventName): Array<Listener<any>>
  /** Listens for every event, before all others. */
  onAny(listener: Listener<this>): this
  /** Removes a listener of `onAny`; without one all of them. */
  offAny(listener?: Listener<this>): this
  /** The listeners of `onAny`. */
  listenersAny(): Array<Listener<any>>
  /** Calls the listeners of this process; nothing is sent. True if there was one. Wildcards in the name match every listener. */
  emit(event: EventName, ...args: any[]): boolean
}

/** The class, which may be called without `new`, and inherited from with `class` or `util.inherits`. */
export interface NsSocketConstructor {
  /** Makes a socket, which is not connected. */
  new (options?: NsSocketOptions): NsSocket
  /** Wraps a stream: a `net.Socket`, a `tls.TLSSocket`, any Duplex. It stays yours, with its events and methods. */
  new (socket: Duplex | net.Socket, options?: NsSocketOptions): NsSocket
  (socket: Duplex | net.Socket, options?: NsSocketOptions): NsSocket
  (options?: NsSocketOptions): NsSocket
  readonly prototype: NsSocket
}

export const NsSocket: NsSocketConstructor

/**
 * Makes a server that does not listen yet. Each connection is wrapped in an NsSocket and given to the listener, over TLS
 * when the handshake is over.
 */
export function createServer(options: TlsServerOptions, listener?: (socket: NsSocket) => void): tls.Server
export function createServer(options: ServerOptions, listener?: (socket: NsSocket) => void): net.Server
export function createServer(listener?: (socket: NsSocket) => void): net.Server
