export * from 'napi-ipc/node-ipc'
export { default } from 'napi-ipc/node-ipc'
