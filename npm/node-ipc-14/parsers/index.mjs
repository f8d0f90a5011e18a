export * from 'napi-ipc/node-ipc/v14/parsers'
export { default } from 'napi-ipc/node-ipc/v14/parsers'
