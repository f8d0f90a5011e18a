export * from 'napi-ipc/node-ipc/v14'
export { default } from 'napi-ipc/node-ipc/v14'
