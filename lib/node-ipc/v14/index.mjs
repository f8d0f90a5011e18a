import all from './for-import.js'

const { module } = all

export const { AssuredParser, FastParser, GuardedParser, IPCModule, IPCProtocolError, Parser, RawParser } =
  module
export default module.default
