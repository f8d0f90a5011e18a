import { Parser } from './index.js'

export * from './index.js'
export default Parser
