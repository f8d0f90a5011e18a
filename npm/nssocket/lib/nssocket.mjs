export * from 'napi-ipc/nssocket'
export { default } from 'napi-ipc/nssocket'
