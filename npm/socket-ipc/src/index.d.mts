export * from 'napi-ipc/socket-ipc'
export { default } from 'napi-ipc/socket-ipc'
