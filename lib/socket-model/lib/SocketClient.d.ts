import SocketModel = require('../index.js')

type Needed = 'socketFile' | 'log' | 'reader' | 'writer'

/** Fills in nothing: throws an Error if something that is needed is missing. */
declare const SocketClient: {
  new <R extends SocketModel.Reader, W extends SocketModel.Writer>(
    options: SocketModel.ClientOptions<R, W> & Required<Pick<SocketModel.ClientOptions<R, W>, Needed>>
  ): SocketModel.SocketClient<R, W>
  prototype: SocketModel.SocketClient<any, any>
}

/** The instances. */
type SocketClient<
  R extends SocketModel.Reader = SocketModel.MessageReader,
  W extends SocketModel.Writer = SocketModel.MessageWriter
> = SocketModel.SocketClient<R, W>

export = SocketClient
