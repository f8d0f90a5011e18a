import front from './index.js'

export default front
export const { version, diagnostics, nodeIpc, ipcio, socketIpc, socketModel } = front
