import ipcio from './index.js'

export default ipcio
export const { Server, Client } = ipcio
