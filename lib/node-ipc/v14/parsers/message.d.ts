import parsers = require('./index.js')

/** A message; what was no message is one of type `error`. */
interface Message {
  type: any
  data: any
  /** The message as text. */
  readonly JSON: string
  toJSON(): { type: any; data: any }
  load(message: unknown): void
}

/** The parser of the older generations' messages: what is no message is published as `error`, the connection stays. */
declare class MessageParser extends parsers.Parser {
  decode(frame: any): Message
}

export { MessageParser }
export default MessageParser
