import SocketModel = require('../index.js')

type Needed = 'socketFile' | 'log' | 'reader' | 'writer'

/** Fills in nothing: throws an Error if something that is needed is missing. */
declare const SocketServer: {
  new <R extends SocketModel.Reader, W extends SocketModel.Writer>(
    options: SocketModel.ServerOptions<R, W> & Required<Pick<SocketModel.ServerOptions<R, W>, Needed>>
  ): SocketModel.SocketServer<R, W>
  prototype: SocketModel.SocketServer<any, any>
}

/** The instances. */
type SocketServer<
  R extends SocketModel.Reader = SocketModel.MessageReader,
  W extends SocketModel.Writer = SocketModel.MessageWriter
> = SocketModel.SocketServer<R, W>

export = SocketServer
