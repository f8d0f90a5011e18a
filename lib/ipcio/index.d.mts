import ipcio = require('./index.js')

export default ipcio

export import Server = ipcio.Server
export import Client = ipcio.Client

export type Options = ipcio.Options
export type ServerOptions = ipcio.ServerOptions
export type ServerError = ipcio.ServerError
export type ClientOptions = ipcio.ClientOptions
export type Container<Data = any, Socket = import('node:net').Socket> = ipcio.Container<Data, Socket>
export type ClientSocket = ipcio.ClientSocket
export type Handlers<This, Socket = import('node:net').Socket> = ipcio.Handlers<This, Socket>
export type Census = ipcio.Census
export type Discovery = ipcio.Discovery
