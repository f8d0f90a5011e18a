import * as front from './index.js'

export * from './index.js'
export default front
