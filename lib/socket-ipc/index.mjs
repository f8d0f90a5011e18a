import ipc from './index.js'

export default ipc
export const { Client, Server, MessageError, EncodeError, DecodeError, SendError } = ipc
export const { SendAfterCloseError, NoServerError, BadClientError } = ipc
