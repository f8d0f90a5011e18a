import { MessageParser } from '../message-parser.js'

export { MessageParser }
export default MessageParser
