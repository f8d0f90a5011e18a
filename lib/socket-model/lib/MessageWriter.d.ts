import SocketModel = require('../index.js')

/** Throws an Error without a log. */
declare const MessageWriter: {
  new (options: SocketModel.HelperOptions): SocketModel.MessageWriter
  prototype: SocketModel.MessageWriter
}

/** The instances. */
type MessageWriter = SocketModel.MessageWriter

export = MessageWriter
