import * as nssocket from './index.js'

export * from './index.js'
export default nssocket
