/// <reference types="node" />
import * as net from 'node:net'
import * as tls from 'node:tls'
import * as dns from 'node:dns'
import parsers = require('./v14/parsers/index.js')

/**
 * node-ipc as 9.x has it: the module is an instance that is ready to use.
 *
 * ```js
 * const ipc = require('napi-ipc/node-ipc')
 * ipc.config.id = 'world'
 * ipc.serve(() => ipc.server.on('message', (data, socket) => ipc.server.emit(socket, 'message', data + ' world!')))
 * ipc.server.start()
 * ```
 */
declare const ipc: ipc.IPCModule

declare namespace ipc {
  /**
   * The options of an instance. One object, shared with every client and server made from the instance, which read an
   * option at the moment that is given with it. Set what is needed; assigning a new object to `ipc.config` changes it
   * only for what is made afterwards.
   */
  interface Config {
    /**
     * Middle part of default socket paths, to keep programs that use the same ids apart.
     * Default `'app.'`. Read by `connectTo` and `serve`.
     */
    appspace: string
    /**
     * First part of default socket paths: the directory, with its last slash.
     * Default `'/tmp/'`. Read by `connectTo` and `serve`.
     */
    socketRoot: string
    /**
     * The name of this process, the last part of the default path of its server.
     * Default `os.hostname()`. Read by `serve`.
     */
    id: string
    /**
     * How strings are encoded in raw mode, and how user listeners for `data` on a socket get their strings.
     * Framed messages are UTF-8 whatever is set here. Default `'utf8'`. Read for each raw message, on connecting and accepting.
     */
    encoding: BufferEncoding
    /**
     * Bytes in place of events: `emit(bytes)` sends them as they are, each chunk that arrives is one `data` event.
     * Default `false`. Read for each message sent; for receiving, when a connection is established.
     */
    rawBuffer: boolean
    /**
     * Clients send a request only when something was received since the last one; the others wait in `client.queue`.
     * Default `false`. Read for each message.
     */
    sync: boolean
    /**
     * An addition of this library. Milliseconds after which a request in sync mode counts as answered, so that a lost
     * answer does not block the queue. Default: not set, never. Read for each request.
     */
    syncTimeout?: number
    /**
     * Whether `start` takes over a socket that is at its path already. A file that is not a socket is never removed.
     * Default `true`. Read by `start`.
     */
    unlink: boolean
    /**
     * What ends a message on the wire; both ends must agree. Default `'\f'`. Read when a client or a server is made.
     */
    delimiter: string
    /** Whether nothing is logged. Default `false`. Read for each log line. */
    silent: boolean
    /** How deep objects are shown in the log, as in `util.inspect`. Default `5` levels. Read for each log line. */
    logDepth: number
    /** Whether objects are coloured in the log, as in `util.inspect`. Default `true`. Read for each log line. */
    logInColor: boolean
    /** Where log lines go, one string each. Default `console.log`. Read for each log line. */
    logger(line: string): void
    /**
     * The number of connections a server has at most; further ones are closed as soon as they are accepted.
     * Default `100`. Read by `start`.
     */
    maxConnections: number
    /** Milliseconds before a client connects again. Default `500`. Read when a connection closes. */
    retry: number
    /**
     * The number of retries after a disconnect; `0` or `false` is none. The count starts anew with each connection.
     * Default `Infinity`. Read when a client is made and each time it connects.
     */
    maxRetries: number | false
    /**
     * `true` stops clients from connecting again, at once and whatever `maxRetries` is. A number limits the retries after
     * each disconnect, `0` being none. `false` leaves it to `maxRetries`.
     * Default `false`. Read when a connection closes and when it is time for a retry.
     */
    stopRetrying: boolean | number
    /**
     * An addition of this library. What starts the count of retries anew: `'connect'`, as in the original, or `'message'`,
     * so that a peer which accepts and closes at once does not keep a client retrying for ever.
     * Default: not set, `'connect'`. Read each time a client connects.
     */
    resetRetriesOn?: 'connect' | 'message'
    /**
     * An addition of this library. UDP: milliseconds after which a peer that was not heard from is forgotten.
     * Default: not set, never. Read with each datagram.
     */
    peerTimeout?: number
    /** For information only. Default `''`. */
    readonly IPType: string
    /** TLS for network clients and servers. Default `false`. Read by `start` and on connecting. */
    tls: false | TlsOptions
    /** The host of `connectToNet` and `serveNet` if none is given. Default `'127.0.0.1'`. */
    networkHost: string
    /** The port of `connectToNet` and `serveNet` if none is given. Default `8000`. */
    networkPort: number
    /** Whether everybody may read from the local socket of a server. Default `false`. Read by `start`. */
    readableAll: boolean
    /** Whether everybody may write to the local socket of a server. Default `false`. Read by `start`. */
    writableAll: boolean
    /** Through which interface network clients connect. Read on connecting. */
    interface: InterfaceOptions
  }

  /** What is set to something else than `false` becomes an option of `net.connect`. */
  interface InterfaceOptions {
    /** The local address to connect from. Default `false`: the system chooses. */
    localAddress?: false | string
    /** The local port to connect from. Default `false`: the system chooses. */
    localPort?: false | number
    /** The version of IP, `4` or `6`. Default `false`: both. */
    family?: false | number
    /** Flags for `dns.lookup`. Default `false`: none. */
    hints?: false | number
    /** A function in place of `dns.lookup`. Default `false`. */
    lookup?: false | typeof dns.lookup | net.LookupFunction
  }

  /** The options of `tls.connect` and `tls.createServer`, and names for files that are read into some of them. */
  interface TlsOptions extends Omit<tls.ConnectionOptions & tls.TlsOptions, 'dhparam'> {
    /** Path of the file read into `key`. */
    private?: string
    /** Path of the file read into `cert`. */
    public?: string
    /** Path of the file read into `dhparam`. */
    dhparam?: string | Buffer
    /** Path or paths of the files read into `ca`. */
    trustedConnections?: string | string[]
    /** Milliseconds for the handshake, on both sides. Default `120000`. */
    handshakeTimeout?: number
  }

  /** One end of a connection: the surface of `net.Socket`, and a name that may be given to it. */
  interface Socket extends net.Socket {
    /** On servers the last truthy `data.id` that came from this client; otherwise free for the program. */
    id?: any
    /** Whether it is a TLS connection. */
    readonly encrypted: boolean
    /** TLS: whether the certificate of the peer was asked for and is to be trusted. */
    readonly authorized: boolean
    /** TLS: the code of what is wrong with the certificate of the peer. */
    readonly authorizationError: string | null
    /** TLS: the protocol agreed on. */
    readonly alpnProtocol: string | false
    /** TLS: the name of the server that the client asked for. */
    readonly servername: string | false
    /** TLS: the version, once the handshake is done. */
    getProtocol(): 'TLSv1.2' | 'TLSv1.3' | null
    /** TLS: the cipher suite, once the handshake is done. */
    getCipher(): tls.CipherNameAndProtocol | undefined
    /** TLS: an empty object if the peer has none. */
    getPeerCertificate(detailed?: boolean): tls.PeerCertificate
  }

  /** What `error` handlers get for a frame that is no JSON. The connection stays. */
  interface MalformedMessage {
    message: string
    /** Why it was not understood. */
    err: Error
    /** The frame. */
    response: string | null
  }

  /** What raw mode can send: a string in `config.encoding`, bytes, or an array of byte numbers. */
  type Raw = string | Uint8Array | ArrayBuffer | readonly number[]

  type Handler = (this: any, ...args: any[]) => void

  /** Publish and subscribe. Not an EventEmitter: nothing happens when nobody listens, also for `error`. */
  interface PubSub {
    /** Calls `handler` with `(type, ...args)` for every event, before the handlers of its type. */
    on(type: '*', handler: (this: this, type: any, ...args: any[]) => void, once?: boolean): this
    /** Calls `handler` for each event of the type. */
    on(type: string | symbol, handler: Handler, once?: boolean): this
    /** Calls `handler` for the next event of the type only. */
    once(type: string | symbol, handler: Handler): this
    /** Removes every registration of `handler` for the type; with `'*'` all handlers of the type. */
    off(type: string | symbol, handler: Handler | '*'): this
    /** Calls the handlers of this process; nothing is sent. */
    publish(type: any, ...args: any[]): this
    /** Another name of `on`. */
    subscribe: this['on']
    /** Another name of `off`. */
    unSubscribe: this['off']
    /** Another name of `publish`. */
    trigger: this['publish']
    /** The handlers by type, a copy. */
    readonly _events_: Record<string | symbol, Handler[]>
  }

  /** `ipc.of[id]`: one end of a connection that is established again when it is lost. */
  interface Client extends PubSub {
    /** The connection is there, for the first time or again. */
    on(type: 'connect', handler: (this: this) => void, once?: boolean): this
    /** The connection is gone, or an attempt failed. A retry follows after `config.retry` ms, or `destroy` at once. */
    on(type: 'disconnect', handler: (this: this) => void, once?: boolean): this
    /** There will be no further attempt. */
    on(type: 'destroy', handler: (this: this) => void, once?: boolean): this
    /** The connection or an attempt failed (an Error of Node's form), or a frame was no JSON. */
    on(
      type: 'error',
      handler: (this: this, error: NodeJS.ErrnoException | MalformedMessage) => void,
      once?: boolean
    ): this
    /** Raw mode: bytes as they came. */
    on(type: 'data', handler: (this: this, chunk: Buffer) => void, once?: boolean): this
    on(type: '*', handler: (this: this, type: any, ...args: any[]) => void, once?: boolean): this
    /** An event of the server. */
    on<Data = any>(type: string | symbol, handler: (this: this, data: Data) => void, once?: boolean): this
    on(type: string | symbol, handler: Handler, once?: boolean): this

    /**
     * Sends an event. What is emitted before the connection is up is sent then, and lost if that attempt fails; what is
     * emitted after it is gone is lost. `undefined`, `null`, `''` and `NaN` arrive as `{}`.
     * @throws {TypeError} if JSON has no form for `data` (a cycle, a BigInt)
     */
    emit(type: string, data?: any): void
    /** Raw mode: sends bytes. */
    emit(bytes: Raw): void
    /** Connects anew to `path` and `port`; a connection that exists is ended. */
    connect(): void

    /** The id it was made with. */
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
    /** Sync mode: the requests that wait. */
    queue: Queue
    /** How many retries are left. */
    retriesRemaining: number
    /** Set by `ipc.disconnect`: no retry any more. */
    explicitlyDisconnected: boolean
  }

  /** The requests of a client in sync mode. */
  interface Queue {
    add(...requests: Array<() => void>): void
    /** Runs the next request without waiting for an answer. */
    next(): void
    /** Drops what waits. */
    clear(): void
    /** What waits, a copy; assigning replaces it. */
    contents: Array<() => void>
    /** Whether `add` starts the queue. Default `true`. */
    autoRun: boolean
    /** Whether everything is held back. Default `false`. */
    stop: boolean
  }

  /** The address of a UDP peer. */
  interface Address {
    address: string
    port: number
  }

  /** UDP: who has sent something, the same object each time. */
  interface Peer extends Address {
    family: 'IPv4' | 'IPv6'
    /** Bytes of the last datagram. */
    size: number
    /** The last truthy `data.id` that came from it. */
    id?: any
  }

  /** `ipc.server`: listens, and publishes what its clients send. */
  interface Server extends PubSub {
    /** It listens. */
    on(type: 'start', handler: (this: this, nothing: undefined) => void, once?: boolean): this
    /** A client was accepted. */
    on(type: 'connect', handler: (this: this, socket: Socket) => void, once?: boolean): this
    /** A client is gone and no longer in `sockets`; `id` is `socket.id`, or `false` if it never sent one. */
    on(
      type: 'socket.disconnected',
      handler: (this: this, socket: Socket, id: any) => void,
      once?: boolean
    ): this
    /** A connection has closed, after `socket.disconnected`. */
    on(type: 'close', handler: (this: this, hadError: boolean) => void, once?: boolean): this
    /** Listening or a connection failed (an Error of Node's form), or a frame was no JSON (with its socket). */
    on(
      type: 'error',
      handler: (this: this, error: NodeJS.ErrnoException | MalformedMessage, socket?: Socket) => void,
      once?: boolean
    ): this
    /** Raw mode: bytes as they came. */
    on(type: 'data', handler: (this: this, chunk: Buffer, socket: Socket) => void, once?: boolean): this
    on(type: '*', handler: (this: this, type: any, ...args: any[]) => void, once?: boolean): this
    /** An event of a client. */
    on<Data = any>(
      type: string | symbol,
      handler: (this: this, data: Data, socket: Socket) => void,
      once?: boolean
    ): this
    on(type: string | symbol, handler: Handler, once?: boolean): this

    /** Starts to listen: the address is bound on return, `start` or `error` is published later. */
    start(): void
    /** Stops to listen. The connections there are keep working. */
    stop(): void
    /**
     * Sends an event to one client.
     * @throws {TypeError} if JSON has no form for `data` (a cycle, a BigInt)
     */
    emit(socket: Socket | net.Socket | Address, type: string, data?: any): void
    /** Raw mode: sends bytes to one client. */
    emit(socket: Socket | net.Socket | Address, bytes: Raw): void
    /** Sends an event to every client; it is encoded once. */
    broadcast(type: string, data?: any): void
    /** Raw mode: sends bytes to every client. */
    broadcast(bytes: Raw): void
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
    /** The connections in the order they were accepted; for UDP the socket and the peers heard from. */
    sockets: Socket[]
  }

  /** Called with the instance, at once; without an argument if there is a client of that id already. */
  type Connecting = (instance?: IPC) => void
  type Started = (this: Server, nothing: undefined) => void

  /** An instance: its own config, clients and server. The functions need it as `this` and cannot be replaced. */
  interface IPC {
    config: Config
    /**
     * Connects to a local socket as `ipc.of[id]`, by default the one at `socketRoot + appspace + id`. The callback is the
     * place to add handlers: it is called before any event. Nothing happens if there is a client of that id already.
     */
    connectTo(id: string, path?: string | null, callback?: Connecting): void
    connectTo(id: string, callback: Connecting): void
    /** Connects to a TCP socket as `ipc.of[id]`, by default at `networkHost` and `networkPort`. */
    connectToNet(id: string, host?: string | null, port?: number | string | null, callback?: Connecting): void
    connectToNet(id: string, port: number, callback?: Connecting): void
    connectToNet(id: string, host: string, callback: Connecting): void
    connectToNet(id: string, callback: Connecting): void
    /** Closes the connection of `ipc.of[id]`, removes it, and stops its retries. */
    disconnect(id: string): void
    /**
     * Makes `ipc.server` for a local socket, by default at `socketRoot + appspace + config.id`; `ipc.server.start()` makes
     * it listen. The callback becomes a handler of `start`.
     */
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
    /** The clients by id. */
    of: Record<string, Client>
    /** The server; false before `serve` or `serveNet`. */
    server: Server
    /** Gives its arguments to `config.logger`, objects inspected, joined by blanks; nothing if `config.silent`. */
    log(...args: any[]): void
  }

  /** The module itself: an instance that also hands out the class for further instances. */
  interface IPCModule extends IPC {
    /** `new ipc.IPC()` is an instance of its own. */
    readonly IPC: new () => IPC
    /** The module itself, for programs written for the ESM generation. */
    readonly default: IPCModule
    /** The class of the module itself. */
    readonly IPCModule: new () => IPCModule
    /** The parsers of 14.x, for programs written for it; this generation does not use them. */
    readonly Parser: typeof parsers.Parser
    readonly FastParser: typeof parsers.FastParser
    readonly GuardedParser: typeof parsers.GuardedParser
    readonly AssuredParser: typeof parsers.AssuredParser
    readonly RawParser: typeof parsers.RawParser
    readonly IPCProtocolError: typeof parsers.IPCProtocolError
  }
}

export = ipc
