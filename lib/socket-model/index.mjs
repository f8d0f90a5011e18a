import model from './index.js'

export default model
export const { createServer, createClient } = model
