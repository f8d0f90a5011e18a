'use strict'

// The parsers, as programs import them; `message` is the one of the older generations. They are made in ../parser.

const { IPCProtocolError } = require('../errors')
const {
  AssuredParser,
  GuardedParser,
  Parser,
  RawParser,
  createParser,
  reservedEventTypes
} = require('../parser')

module.exports = {
  AssuredParser,
  FastParser: Parser,
  GuardedParser,
  IPCProtocolError,
  Parser,
  RawParser,
  createParser,
  reservedEventTypes,
  default: Parser,
  // What require() of an ES module says, so that transpiled programs find the default.
  __esModule: true
}
