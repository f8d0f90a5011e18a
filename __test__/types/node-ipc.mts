// napi-ipc/node-ipc, as an ES module sees it.

import ipc, { IPC, IPCModule, type Client, type Config, type Server, type Socket } from 'napi-ipc/node-ipc'
import { is, type Equal } from './equal.js'

const instance: IPC = new IPC()
const whole: IPCModule = new IPCModule()
is<Equal<typeof ipc, IPCModule>>()
is<Equal<typeof ipc.default, IPCModule>>()
is<Equal<typeof instance.config, Config>>()
is<Equal<typeof instance.server, Server>>()
is<Equal<(typeof instance.server.sockets)[number], Socket>>()

const client: Client | undefined = whole.of['world']
client?.on('message', (data) => console.log(data))

// @ts-expect-error: the instance has no such function
ipc.connect('world')
