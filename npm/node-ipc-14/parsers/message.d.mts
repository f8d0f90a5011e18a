export * from 'napi-ipc/node-ipc/v14/parsers/message'
export { default } from 'napi-ipc/node-ipc/v14/parsers/message'
