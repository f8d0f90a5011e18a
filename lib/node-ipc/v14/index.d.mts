import module = require('./index.js')

declare const ipc: module.IPCModule

export default ipc
export * from './index.js'
