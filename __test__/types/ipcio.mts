// napi-ipc/ipcio, as an ES module sees it.

import ipcio, { Client, Server, type Container, type Discovery, type ServerError } from 'napi-ipc/ipcio'
import { ipcio as fromFront } from 'napi-ipc'
import { is, type Equal } from './equal.js'

is<Equal<typeof ipcio.Server, typeof Server>>()
is<Equal<typeof fromFront.Client, typeof Client>>()
const server: Server = new Server({ onError: (error: ServerError) => error.client }).start()
const client: Client = new Client()
const found: Promise<Discovery> = client.discover()
const look = ({ data }: Container<string>): string => data
void [server, client, found, look]
