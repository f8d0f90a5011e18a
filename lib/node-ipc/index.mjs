import ipc from './index.js'

export default ipc
export const { IPC, IPCModule } = ipc
