import front from './index.js'

export default front
export const {
  version,
  diagnostics,
  busyPoll,
  nodeIpc,
  nodeIpcV14,
  nssocket,
  ipcio,
  socketIpc,
  socketModel
} = front
