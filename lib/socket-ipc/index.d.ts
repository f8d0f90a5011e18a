/// <reference types="node" />
import { EventEmitter } from 'node:events'
import * as net from 'node:net'

/** One end of a connection, with the surface of `net.Socket`: the same object in every event and map. */
export type Socket = net.Socket

/** A message and its topic. */
export interface MessageWrapper<Message = any> {
  /** What the message is about: the last part of the name of its event, `message.<topic>`. */
  topic: string
  /** The message itself: for JSON, anything `JSON.stringify` takes. */
  message: Message
}

/** Calls back with what goes onto the wire: `null` to skip the message, an error to have it emitted. At once or later. */
export type Encoder = (
  wrapper: MessageWrapper,
  callback: (error: Error | null | undefined, data?: string | Uint8Array | null) => void
) => void

/**
 * Takes a chunk of what was received, cut anywhere: a string, or a Buffer if the transcoder's `socketEncoding` is null. Calls
 * back with the messages that are complete, possibly none; or with an error, which ends the connection. At once or later.
 */
export type Decoder = (
  chunk: any,
  callback: (error: Error | null | undefined, wrappers?: readonly MessageWrapper[]) => void
) => void

/** How messages get onto the wire and off it, in place of JSON. */
export interface Transcoder {
  /**
   * The encoding in which decoders, and `data` handlers of sockets, get what was received. Characters are not split.
   * Default `'utf8'`; null: they get Buffers. What encoders give is sent as it is, strings as UTF-8.
   */
  socketEncoding?: BufferEncoding | null | undefined
  /** Called once for a server or a client, whose encoder serves all its connections. */
  createEncoder(): Encoder
  /** Called for each connection, whose decoder may keep what a chunk has left incomplete. */
  createDecoder(): Decoder
}

/** A delay that is chosen anew each time: a random integer of milliseconds from `min` to `max`, both included. */
export interface DelayRange {
  /** The shortest delay. Default `1000` ms for `retryDelay`, `100` ms for `reconnectDelay`. */
  min?: number
  /** The longest delay. Default `1000` ms for `retryDelay`, `100` ms for `reconnectDelay`. */
  max?: number
}

export interface ServerOptions {
  /**
   * Path of the socket file; on Windows the name of a pipe. Required: nothing that is empty, or looks like a port.
   * Read when the server is made.
   */
  socketFile: string
  /**
   * How messages are put onto the wire, which clients must do alike.
   * Default: JSON, `{"topic":…,"message":…}` and two NUL bytes. Read when the server is made.
   */
  transcoder?: Transcoder | null | undefined
}

export interface ClientOptions {
  /**
   * Path of the server's socket file; on Windows the name of its pipe. Required: nothing that is empty, or looks like a
   * port. Read when the client is made.
   */
  socketFile: string
  /**
   * How messages are put onto the wire, which the server must do alike.
   * Default: JSON, `{"topic":…,"message":…}` and two NUL bytes. Read when the client is made.
   */
  transcoder?: Transcoder | null | undefined
  /**
   * Milliseconds from an attempt that has failed to the next one, an integer or a range.
   * Default `1000`, also for `0` and what is no integer. Read when the client is made.
   */
  retryDelay?: number | DelayRange | null | undefined
  /**
   * Milliseconds from the loss of a connection to the first attempt to connect again, an integer or a range.
   * Default `1000`, also for `0`. Read when the client is made.
   */
  reconnectDelay?: number | DelayRange | null | undefined
}

/** The events of a server and what their handlers get; besides them `message.<topic>`: `(message, clientId)`. */
export interface ServerEvents {
  /** It listens. */
  listening: []
  /** A client has connected: its id, by which it is sent to until it disconnects, and its socket. */
  connection: [clientId: string, socket: Socket]
  /** A message of any topic; `message.<topic>` follows. */
  message: [message: any, topic: string, clientId: string]
  /**
   * Listening failed, a message could not be sent; or, with the id of the client, a connection failed, what it sent could not
   * be decoded, or a handler of its messages threw.
   */
  error: [error: NodeJS.ErrnoException, clientId?: string]
  /**
   * As `close`, just before it.
   * @deprecated by the original
   */
  closed: []
  /** It no longer listens, and all connections have closed. */
  close: []
}

/** The events of a client and what their handlers get; besides them `message.<topic>`: `(message, undefined)`. */
export interface ClientEvents {
  /** Connected, for the first time or again. */
  connect: [socket: Socket]
  /** Just after `connect`, if it was for the second time or later. */
  reconnect: [socket: Socket]
  /** An attempt has failed; the next one follows after `retryDelay`. */
  connectError: [error: NodeJS.ErrnoException]
  /** The connection is lost; an attempt follows after `reconnectDelay`. */
  disconnect: []
  /** A message of any topic; `message.<topic>` follows. */
  message: [message: any, topic: string, clientId: undefined]
  /** The connection failed, a message could not be sent or decoded, or a handler of messages threw. */
  error: [error: NodeJS.ErrnoException]
  /**
   * As `close`, just before it.
   * @deprecated by the original
   */
  closed: []
  /** After `close()`, when the connection has closed. */
  close: []
}

/** An EventEmitter with events of these types. */
declare class Emitter<Events extends Record<keyof Events, any[]>, ClientId> extends EventEmitter {
  on<Name extends keyof Events>(event: Name, handler: (this: this, ...args: Events[Name]) => void): this
  on(event: `message.${string}`, handler: (this: this, message: any, clientId: ClientId) => void): this
  on(event: string | symbol, handler: (this: this, ...args: any[]) => void): this

  once<Name extends keyof Events>(event: Name, handler: (this: this, ...args: Events[Name]) => void): this
  once(event: `message.${string}`, handler: (this: this, message: any, clientId: ClientId) => void): this
  once(event: string | symbol, handler: (this: this, ...args: any[]) => void): this

  addListener<Name extends keyof Events>(
    event: Name,
    handler: (this: this, ...args: Events[Name]) => void
  ): this
  addListener(
    event: `message.${string}`,
    handler: (this: this, message: any, clientId: ClientId) => void
  ): this
  addListener(event: string | symbol, handler: (this: this, ...args: any[]) => void): this

  prependListener<Name extends keyof Events>(
    event: Name,
    handler: (this: this, ...args: Events[Name]) => void
  ): this
  prependListener(
    event: `message.${string}`,
    handler: (this: this, message: any, clientId: ClientId) => void
  ): this
  prependListener(event: string | symbol, handler: (this: this, ...args: any[]) => void): this
}

/**
 * Listens at a socket file and talks to its clients by their ids.
 *
 * ```js
 * const server = new Server({ socketFile: '/tmp/app.sock' })
 * server.on('message.hello', (name, clientId) => server.send('hello', `Hello ${name}!`, clientId))
 * server.listen()
 * ```
 */
export class Server extends Emitter<ServerEvents, string> {
  /** @throws {Error} if the socketFile is empty or looks like a port */
  constructor(options: ServerOptions)
  /**
   * Starts to listen: the socket file is there on return, `listening` or `error` follows. Takes the place of a socket file
   * that nobody listens at; anything else that is in the way is an `error` with the code EADDRINUSE.
   * @throws {Error} if it was called before, or after `close()`
   */
  listen(): void
  /**
   * Sends a message to one client. Emits `error` with a BadClientError if there is none of that id, with an EncodeError if
   * the message cannot be encoded, with a SendAfterCloseError after `close()`: all of them are thrown if nobody handles `error`.
   */
  send(topic: string, message: any, clientId: string): void
  /** Sends a message to every client; it is encoded once. Emits the errors of `send`, except that no client is none. */
  broadcast(topic: string, message?: any): void
  /** Stops to listen and ends every connection after what was sent; `closed` and `close` follow when all have closed. */
  close(): void

  /** The listener, with the surface of `net.Server`; undefined before `listen()`. */
  _server: net.Server | undefined
  /** The ids of the sockets that can be sent to. */
  _sockets: Map<Socket, string>
  /** The sockets that can be sent to, by id. */
  _clientLookup: Map<string, Socket>
  /** The option `socketFile`. */
  _socketFile: string
}

/**
 * Connects to a server, again whenever the connection is lost or an attempt fails, until it is closed.
 *
 * ```js
 * const client = new Client({ socketFile: '/tmp/app.sock' })
 * client.on('connect', () => client.send('hello', 'Ada'))
 * client.on('message.hello', (text) => console.log(text))
 * client.connect()
 * ```
 */
export class Client extends Emitter<ClientEvents, undefined> {
  /** @throws {Error} if the socketFile is empty or looks like a port */
  constructor(options: ClientOptions)
  /**
   * Starts to connect: `connect` follows, or `connectError` for every attempt that fails. After `close()` it does nothing.
   * @throws {Error} if it was called before
   */
  connect(): void
  /**
   * Sends a message to the server. Emits `error` with a NoServerError without a connection (nothing is kept for later), with
   * an EncodeError if the message cannot be encoded, with a SendAfterCloseError after `close()`: all of them are thrown if
   * nobody handles `error`.
   */
  send(topic: string, message?: any): void
  /**
   * Ends the connection, or the attempts, for good. `closed` and `close` follow when the connection has closed; if there is
   * none they are emitted before this returns.
   */
  close(): void

  /** The connection that messages are sent to; null while there is none. */
  _socket: Socket | null
  /** The option `socketFile`. */
  _socketFile: string
}

/** A message could not be decoded; its connection is closed. */
export class DecodeError extends Error {
  constructor(reason: string, rawData?: any, clientId?: string)
  /** `'ERR_DECODE'`; not enumerable. */
  code: string
  /** What could not be decoded. */
  rawData: any
  /** On servers: whom it came from. */
  clientId: string | undefined
}

/** A message was not sent. The base of the errors below. */
export class SendError extends Error {
  constructor(reason: string, message?: any, topic?: any)
  /** `'ERR_SEND'`; not enumerable. */
  code: string
  /** The topic of the message. */
  sentTopic: any
  /** The message. */
  sentMessage: any
}

/** A message could not be encoded; `code` is `'ERR_ENCODE'`. */
export class EncodeError extends SendError {
  constructor(reason: string, wrapper: { topic?: any; message?: any })
}

/** `close()` was called before; `code` is `'ERR_SEND_AFTER_CLOSE'`. */
export class SendAfterCloseError extends SendError {}

/** The client is not connected; `code` is `'ERR_NO_SERVER'`. */
export class NoServerError extends SendError {}

/** The server has no client of that id; `code` is `'ERR_BAD_CLIENT'`. */
export class BadClientError extends SendError {
  constructor(reason: string, message?: any, topic?: any, clientId?: any)
  /** The id. */
  clientId: any
}

/** A key without a value, as in the original. */
export const MessageError: undefined

// Only what is exported by name is.
export {}
