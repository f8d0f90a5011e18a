import module from './index.js'

export const { AssuredParser, FastParser, GuardedParser, IPCModule, IPCProtocolError, Parser, RawParser } =
  module
export default module.default
