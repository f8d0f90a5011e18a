/// <reference types="node" />
import * as net from 'node:net'

/**
 * ipcio as 0.6 has it: a server and clients that talk by commands over local sockets.
 *
 * ```js
 * const { Server, Client } = require('napi-ipc/ipcio')
 * new Server({ domain: 'demo' }, { hello: ({ data }) => `${data} world` }).start()
 * const client = new Client({ domain: 'demo', name: 'me' })
 * client.connect()
 * client.deliver('hello', 'hello').then(console.log)
 * ```
 */
declare namespace ipcio {
  /** What the server and its clients have in common. */
  interface Options {
    /** Whether everything that happens is shown on the console. Default `false`. Read live, as the property `verbose`. */
    verbose?: boolean
    /** The name of the domain: its sockets are `/tmp/IPC.io.<domain>` and names that begin so. Default `'default'`. */
    domain?: string
    /** How messages are encoded; receiving is UTF-8 whatever is set here. Default `'utf8'`. */
    encoding?: BufferEncoding
    /** An addition. Hand over data that is `0`, `false` or `''` as `null`, as the original does. Default `false`. */
    falsyAsNull?: boolean
  }

  interface ServerOptions extends Options {
    /** An addition. A client's broadcast reaches itself too, as in the original. Default `false`. */
    echoBroadcast?: boolean
    /** An addition. `start()` throws EADDRINUSE instead of taking the domain of a live server over. Default `false`. */
    exclusive?: boolean
    /**
     * An addition. Called when messages to a client are lost because it does not read, when a client could not join, and
     * when one sends too large a frame. Default: `process.emitWarning`.
     */
    onError?: (error: ServerError) => void
    /** An addition. The longest frame a client may send, bytes; a longer one closes its connection. Default 64 MiB. */
    maxFrameBytes?: number
    /** An addition. Bytes that may wait for one client; messages beyond are lost and reported. Default 64 MiB. */
    maxOutboxBytes?: number
  }

  interface ServerError extends Error {
    /** `ERR_IPC_OUTBOX_FULL`, `ERR_IPC_FRAME_TOO_LARGE`, or what the operating system says. */
    code?: string
    /** The name of the client it is about. */
    client?: string
    /** With `ERR_IPC_OUTBOX_FULL`: messages lost since the client last kept up. */
    lost?: number
  }

  interface ClientOptions extends Options {
    /** The address of the client, unique in its domain. Default: 32 hexadecimal digits. */
    name?: string
    /**
     * An addition. Milliseconds after which a delivery without an answer is rejected with the code
     * `ERR_IPC_DELIVERY_TIMEOUT`. Default: never.
     */
    deliveryTimeout?: number
  }

  /** What a handler gets. */
  interface Container<Data = any, Socket = net.Socket> {
    /** What was sent; `null` if that was nothing. */
    data: Data
    /** The id of the client's private socket. */
    uuid: string
    /** The name of the client: on the server the sender's, on a client its own. */
    name: string
    /** The client's private socket. */
    socket: Socket
    /** On the server the listener of the private socket, which is closed by then; on a client `null`. */
    server: Pick<net.Server, 'listening' | 'address' | 'close'> | null
  }

  /** The private socket of a client, on the server. */
  interface ClientSocket extends net.Socket {
    /** Sends a message to this client. Calls back when it has left; `false` asks to wait for `drain`. */
    writeCommand(command: unknown, data?: unknown, callback?: (error?: Error) => void): boolean
  }

  /** Commands and what handles them. What a handler returns, or promises, is the result of a delivery. */
  type Handlers<This, Socket = net.Socket> = Record<
    string,
    (this: This, container: Container<any, Socket>) => unknown
  >

  /** What there is in a domain. */
  interface Census {
    /** Names taken. */
    clients: number
    /** Connections to the shared socket without a client that has arrived. */
    waiting: number
    /** Deliveries between clients that wait for an answer. */
    deliveries: number
    /** Bytes kept for clients on the way to their private socket. */
    held: number
  }

  /** The server of a domain. */
  class Server {
    constructor(options?: ServerOptions, handlers?: Handlers<Server, ClientSocket> | null)
    /** Whether everything that happens is shown on the console. */
    verbose: boolean
    /**
     * Adds handlers, at any time. Throws for what is no function, for the names of the protocol itself (`handshake`,
     * `discover`, `broadcast`, `emit`, `deliver`, `error`) and for commands that have a handler; the entries before stay.
     */
    addHandlers(handlers: Handlers<this, ClientSocket>): this
    /** Listens; the socket is there on return. Throws if it is started already, or what the operating system says. */
    start(): this
    isStarted(): boolean
    /** Sends a message to one client; to nobody if there is none of that name. */
    emit(client_name: string, command: unknown, data?: unknown, delivery?: string | null): this
    /** Sends a message to all clients, except one if given. */
    broadcast(command: unknown, data?: unknown, initiator_client?: string | null): this
    /** An addition. Stops; resolves when all connections are closed. It can be started again. */
    close(): Promise<void>
    /** An addition. What there is in the domain; `null` while it is not started. */
    census(): Census | null
  }

  /** What a server tells of itself. */
  interface Discovery {
    /** The names of the clients. */
    clients: string[]
    /** The commands the server has handlers for. */
    command_handlers: string[]
  }

  /** A client of a domain. */
  class Client {
    constructor(options?: ClientOptions, handlers?: Handlers<Client> | null)
    /** Whether everything that happens is shown on the console. */
    verbose: boolean
    /** See {@link Server.addHandlers}. */
    addHandlers(handlers: Handlers<this>): this
    /**
     * Connects, and again 2000 ms after each loss. Resolves when the client has joined the domain for the first time,
     * also if the server is started later; is rejected with the code 201 if the name is taken. Throws if it is started.
     */
    connect(): Promise<void>
    /** Whether the private socket is up. */
    isConnected(): boolean
    /** Whether it is connected, or trying to be. */
    isStarted(): boolean
    /** Sends a message to the server. Resolves when it has left; before that it waits, also for a connection. */
    send(command: unknown, data?: unknown, delivery?: string | null): Promise<void>
    /** Sends a message to all other clients. Resolves as {@link Client.send}. */
    broadcast(command: unknown, data?: unknown): Promise<void>
    /** Sends a message to another client. Resolves as {@link Client.send}. */
    emit(client_name: string, command: unknown, data?: unknown): Promise<void>
    /** Sends a message to the server and resolves with the result of its handler, `null` if there is none. */
    deliver<Result = any>(command: string, data?: unknown): Promise<Result>
    /** The same with another client. Without data the first two arguments are command and data, for the server. */
    deliver<Result = any>(client_name: string, command: string, data: unknown): Promise<Result>
    /** Asks the server who is there; the same promise while that is under way. */
    discover(): Promise<Discovery>
    /** An addition. Disconnects and stays so; what has not left is kept for the next `connect()`. */
    close(): Promise<void>
  }
}

export = ipcio
