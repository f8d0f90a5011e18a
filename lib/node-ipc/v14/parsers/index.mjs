import parsers from './index.js'

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
