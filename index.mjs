import front from './index.js'

export default front
export const { version, diagnostics, nodeIpc, nssocket, ipcio, socketIpc, socketModel } = front
