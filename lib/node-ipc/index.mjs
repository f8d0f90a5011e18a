import ipc from './index.js'

export default ipc
export const { IPC, IPCModule } = ipc
export const { Parser, FastParser, GuardedParser, AssuredParser, RawParser, IPCProtocolError } = ipc
