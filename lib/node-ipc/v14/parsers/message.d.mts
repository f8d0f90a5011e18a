import { MessageParser } from './message.js'

export { MessageParser }
export default MessageParser
