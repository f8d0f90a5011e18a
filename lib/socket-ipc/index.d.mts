import * as ipc from './index.js'

export * from './index.js'
export default ipc
