import SocketModel = require('../index.js')

/** Throws an Error without a log. */
declare const MessageReader: {
  new (options: SocketModel.HelperOptions): SocketModel.MessageReader
  prototype: SocketModel.MessageReader
}

/** The instances. */
type MessageReader = SocketModel.MessageReader

export = MessageReader
