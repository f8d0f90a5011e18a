export * from 'napi-ipc/socket-model'
export { default } from 'napi-ipc/socket-model'
