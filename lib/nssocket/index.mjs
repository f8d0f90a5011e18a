import nssocket from './index.js'

export default nssocket
export const { NsSocket, createServer } = nssocket
