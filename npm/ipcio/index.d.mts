export * from 'napi-ipc/ipcio'
export { default } from 'napi-ipc/ipcio'
