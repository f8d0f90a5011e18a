import SocketModel = require('./index.js')

export default SocketModel

export declare const createServer: typeof SocketModel.createServer
export declare const createClient: typeof SocketModel.createClient

type R = SocketModel.Reader
type W = SocketModel.Writer
type DR = SocketModel.MessageReader
type DW = SocketModel.MessageWriter

export type CommonOptions<Read extends R = DR, Write extends W = DW> = SocketModel.CommonOptions<Read, Write>
export type ServerOptions<Read extends R = DR, Write extends W = DW> = SocketModel.ServerOptions<Read, Write>
export type ClientOptions<Read extends R = DR, Write extends W = DW> = SocketModel.ClientOptions<Read, Write>
export type SocketServer<Read extends R = DR, Write extends W = DW> = SocketModel.SocketServer<Read, Write>
export type SocketClient<Read extends R = DR, Write extends W = DW> = SocketModel.SocketClient<Read, Write>
export type HelperOptions = SocketModel.HelperOptions
export type Log = SocketModel.Log
export type Wrapper<Message = any> = SocketModel.Wrapper<Message>
export type ConnectMessage = SocketModel.ConnectMessage
export type Socket = SocketModel.Socket
export type MessageHandler = SocketModel.MessageHandler
export type Reader = SocketModel.Reader
export type Writer = SocketModel.Writer
export type Recipients = SocketModel.Recipients
export type MessageReader = SocketModel.MessageReader
export type MessageWriter = SocketModel.MessageWriter
