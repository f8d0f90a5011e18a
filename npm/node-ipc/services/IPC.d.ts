import { IPC } from 'napi-ipc/node-ipc'
export = IPC
