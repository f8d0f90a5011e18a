import ipc = require('./index.js')

export default ipc

export declare const IPC: typeof ipc.IPC
export declare const IPCModule: typeof ipc.IPCModule
export {
  Parser,
  FastParser,
  GuardedParser,
  AssuredParser,
  RawParser,
  IPCProtocolError
} from './v14/parsers/index.js'

export type IPC = ipc.IPC
export type IPCModule = ipc.IPCModule
export type Config = ipc.Config
export type InterfaceOptions = ipc.InterfaceOptions
export type TlsOptions = ipc.TlsOptions
export type Socket = ipc.Socket
export type MalformedMessage = ipc.MalformedMessage
export type Raw = ipc.Raw
export type Handler = ipc.Handler
export type PubSub = ipc.PubSub
export type Client = ipc.Client
export type Queue = ipc.Queue
export type Peer = ipc.Peer
export type Server = ipc.Server
