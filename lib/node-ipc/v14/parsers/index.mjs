import all from '../for-import.js'

const { parsers } = all

export const {
  AssuredParser,
  FastParser,
  GuardedParser,
  IPCProtocolError,
  Parser,
  RawParser,
  createParser,
  reservedEventTypes
} = parsers
export default Parser
