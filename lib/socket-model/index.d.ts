/// <reference types="node" />
import * as net from 'node:net'
import { EventEmitter } from 'node:events'

/**
 * socket-model as 0.92 has it.
 *
 * ```js
 * const SocketModel = require('napi-ipc/socket-model')
 * const server = SocketModel.createServer({ socketFile: '/tmp/test.sock' })
 * server.onMessage((wrapper, socket) => server.getWriter().send(`echo: ${wrapper.message}`, socket))
 * server.start()
 * ```
 */
declare const SocketModel: SocketModel.SocketModel

declare namespace SocketModel {
  interface SocketModel {
    /**
     * A server; `start()` makes it listen. What is left out of `options` is filled in, in the object itself.
     * @throws {Error} if `options` is truthy and no object
     */
    createServer<R extends Reader = MessageReader, W extends Writer = MessageWriter>(
      options?: ServerOptions<R, W> | null
    ): SocketServer<R, W>
    /**
     * A client; `start()` makes it connect. What is left out of `options` is filled in, in the object itself.
     * @throws {Error} if `options` is no object with a `socketFile`
     */
    createClient<R extends Reader = MessageReader, W extends Writer = MessageWriter>(
      options: ClientOptions<R, W>
    ): SocketClient<R, W>
  }

  /** What servers and clients have in common. Everything is read once, when the server or client is made. */
  interface CommonOptions<R extends Reader = MessageReader, W extends Writer = MessageWriter> {
    /** Where to log. Default: a logger that is filled in; from `info` on it writes to the console. */
    log?: Log
    /** Parses the lines that come in. Default: a MessageReader, which is filled in. */
    reader?: R
    /** Wraps the messages that go out. Default: a MessageWriter, which is filled in. */
    writer?: W
    /**
     * What ends a line that is sent; it must not occur in JSON text. Lines that are received end with it or with `\n` or
     * `\r\n`. Peers that run the original split at newlines only. Default `'\n'`.
     */
    separator?: string
    /** For information only. Default: none. */
    id?: any
  }

  interface ServerOptions<
    R extends Reader = MessageReader,
    W extends Writer = MessageWriter
  > extends CommonOptions<R, W> {
    /**
     * The path of the local socket; on Windows the name of a pipe. Default: a random name, `/tmp/socket-model-*.sock`,
     * which is filled in and written to the console.
     */
    socketFile?: string
    /**
     * Whether `start` takes over a socket that is at the path already. Anything else that is there is left alone and
     * gives an error. Default `true`.
     */
    removeSocketFileOnStart?: boolean
    /** Whether each client is first told the ids of all clients and its own. Default `false`. */
    sendConnectMessage?: boolean
  }

  interface ClientOptions<
    R extends Reader = MessageReader,
    W extends Writer = MessageWriter
  > extends CommonOptions<R, W> {
    /** The path of the local socket; on Windows the name of a pipe. Required. */
    socketFile: string
    /** Whether `'greetings'` is sent when a connection is there, each time. Default `false`. */
    sendWelcomeMessage?: boolean
    /**
     * Whether a connection that was lost is established again. Until the first one is there, attempts are made in any
     * case. Default `true`.
     */
    reconnect?: boolean
    /** An addition of this library. Milliseconds between attempts to connect. Default `5000`. */
    retryInterval?: number
  }

  /** What is needed of a log. */
  interface Log {
    debug(...items: any[]): void
    info(...items: any[]): void
    warn(...items: any[]): void
    error(...items: any[]): void
  }

  /** A message as it is sent and received. */
  interface Wrapper<Message = any> {
    /** A UUID of version 4. The same for all who get a broadcast. */
    mid: string
    /** When it was sent, milliseconds since 1970. */
    ts: number
    message: Message
  }

  /** The first message to a client if `sendConnectMessage` is set. */
  interface ConnectMessage {
    /** The ids of all clients of the server, the new one included. */
    clients: number[]
    yourid: number
  }

  /** One end of a connection: the surface of `net.Socket`. */
  interface Socket extends net.Socket {
    /** A number no other connection of this process has. */
    id: any
  }

  /**
   * Called with what the peer sent, usually a wrapper, and with the connection it came from (an addition of this library; a
   * reader of your own passes on what it likes).
   */
  type MessageHandler = (this: any, message: any, socket: Socket) => void

  /** What is needed of a reader. One reader serves all connections of a server. */
  interface Reader {
    /** Gets each line without its end; `socket` is an addition of this library. */
    lineHandler(line: string, socket?: any): void
    on(event: 'message', handler: (...args: any[]) => void): any
    /** For the original, which calls it when a connection ends. */
    removeAllListeners(): any
  }

  /** What is needed of a writer. */
  interface Writer {
    /** Called for every broadcast, and for the message of `client.stop`. */
    wrapMessage(message: any): any
    /** Called with the socket of a client, or null. What it returns is what `client.send` returns. */
    send(message: any, socket: any): any
  }

  interface HelperOptions {
    log: Log
    /** Default `'\n'`. */
    separator?: string
  }

  /** Parses lines and emits `message`, never in the same tick. */
  interface MessageReader extends EventEmitter {
    /** Parses one line. Lines of one or two characters are ignored; bad JSON is logged. */
    lineHandler(line: string, socket?: any): void
    /** How many lines were parsed. */
    getMessageCount(): number
    __protected(): { separator: string }
    on(event: 'message', handler: MessageHandler): this
    on(event: string | symbol, handler: (...args: any[]) => void): this
    once(event: 'message', handler: MessageHandler): this
    once(event: string | symbol, handler: (...args: any[]) => void): this
  }

  /** Wraps messages and sends them. */
  interface MessageWriter {
    /** The wrapper of a message; undefined, and an error in the log, if it is falsy. */
    wrapMessage<Message>(message: Message): Wrapper<Message> | undefined
    /**
     * Sends a message and returns its wrapper; undefined if the message is falsy or the socket not writable.
     * @throws {TypeError} if JSON has no form for the message (a cycle, a BigInt)
     */
    send<Message>(message: Message, socket: any): Wrapper<Message> | undefined
    /** How many messages were sent with `send`; broadcasts do not count. */
    getMessageCount(): number
    __protected(): { separator: string }
  }

  /** Listens, and broadcasts. The functions can be used without the object. */
  interface SocketServer<
    R extends Reader = MessageReader,
    W extends Writer = MessageWriter
  > extends EventEmitter {
    /** Listens: the socket is there on return. Does nothing if it was started already. */
    start(): void
    /** Stops to listen, ends the connections and removes the socket file; `start` may follow. */
    stop(): void
    /**
     * Sends a message to every client, or to those in `list`, and returns its wrapper; undefined if the message is falsy.
     * @throws {TypeError} if JSON has no form for the message (a cycle, a BigInt)
     */
    broadcast<Message>(message: Message, list?: Recipients | null): Wrapper<Message> | undefined
    /** Calls `handler` for every message of every client. */
    onMessage(handler: MessageHandler): void
    /** The same as `on('client', handler)`. */
    onClientConnection(handler: (this: this, socket: Socket) => void): void
    /** The clients there are. Always the same array. */
    getClients(): Socket[]
    getReader(): R
    getWriter(): W
    /**
     * Takes over a connection. May be replaced before `start`, for example to check who it is; any stream may be given to it.
     */
    createdCallback(connection: any): void
    __protected(): { socketFile: string; removeSocketFileOnStart: boolean; separator: string }

    /** A client is there; the connect message, if any, was sent. */
    on(event: 'client', handler: (this: this, socket: Socket) => void): this
    /**
     * An addition of this library: listening or accepting failed (an Error of Node's form). It is also logged, and nothing
     * happens if nobody listens to it.
     */
    on(event: 'error', handler: (this: this, error: NodeJS.ErrnoException) => void): this
    on(event: string | symbol, handler: (...args: any[]) => void): this
    once(event: 'client', handler: (this: this, socket: Socket) => void): this
    once(event: 'error', handler: (this: this, error: NodeJS.ErrnoException) => void): this
    once(event: string | symbol, handler: (...args: any[]) => void): this
  }

  /** An array, a Set, or whatever else has a `forEach` that gives sockets. */
  interface Recipients {
    forEach(each: (socket: any) => void): void
  }

  /** One end of a connection that is established again when it is lost. The functions can be used without the object. */
  interface SocketClient<R extends Reader = MessageReader, W extends Writer = MessageWriter> {
    /**
     * Connects, at once if the socket file exists, otherwise and after a failure every `retryInterval`. Does nothing while
     * there is a connection.
     */
    start(): void
    /**
     * Sends a message and returns its wrapper; undefined, and a line in the log, if the message is falsy or there is no
     * connection. While the connection is being established, messages wait for it, and are lost if that fails.
     * @throws {TypeError} if JSON has no form for the message (a cycle, a BigInt)
     */
    send<Message>(message: Message): Wrapper<Message> | undefined
    /** Ends the connection after an optional last message, and all attempts; `start` may follow. */
    stop(message?: any): void
    /** Calls `handler` for every message of the server, also after a reconnect. */
    onMessage(handler: MessageHandler): void
    getReader(): R
    getWriter(): W
    /** Called when a connection is there. May be replaced before `start`. */
    connectHandler(): void
    /** Called when a connection or an attempt failed. May be replaced before `start`. */
    errorHandler(error: NodeJS.ErrnoException): void
    /** Called when the server has ended the connection; reconnects. May be replaced before `start`. */
    endHandler(): void
    __protected(): { socketFile: string; separator: string; reconnect: boolean }
  }
}

export = SocketModel
