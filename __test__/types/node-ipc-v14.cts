// napi-ipc/node-ipc/v14, as a CommonJS program sees it.

import v14 = require('napi-ipc/node-ipc/v14')
import parsers = require('napi-ipc/node-ipc/v14/parsers')
import message = require('napi-ipc/node-ipc/v14/parsers/message')
import front = require('napi-ipc')
import equal = require('./equal')

const ipc = v14.default
equal.is<equal.Equal<typeof front.nodeIpcV14, typeof ipc>>()
equal.is<equal.Equal<typeof parsers.default, typeof v14.Parser>>()
equal.is<equal.Equal<typeof v14.FastParser, typeof v14.Parser>>()

ipc.config.parser = 'guarded'
ipc.config.parser = message.MessageParser
ipc.config.parser = { encode: (type) => String(type), read: () => '' }
ipc.config.allowedEvents = new Set(['a'])
// @ts-expect-error: no such parser
ipc.config.parser = 'quick'
// @ts-expect-error: it needs read too
ipc.config.parser = { encode: () => '' }

ipc.serve('/tmp/s', (listener) => listener.listening)
ipc.server.on('close', (socket) => socket.destroy())
const flowing: boolean = ipc.server.broadcast('a', 1)
ipc.server.off().off('a').reset().list['a']
ipc.connectTo('world', () => ipc.of['world']?.connect().write(''))
const client = new ipc.IPC().of['x'] as v14.Client
const queue: v14.Queue | null = client.queue
client.on('error', (error) => (error instanceof v14.IPCProtocolError ? error.code : flowing || queue))
new v14.GuardedParser(ipc.config).validateType('a')
new v14.IPCModule().connectToNet('world', 8000)
