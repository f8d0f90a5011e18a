// napi-ipc/node-ipc/v14, as an ES module sees it.

import ipc, { IPCModule, IPCProtocolError, Parser, type Client, type Config } from 'napi-ipc/node-ipc/v14'
import Default, { createParser, reservedEventTypes } from 'napi-ipc/node-ipc/v14/parsers'
import Message, { MessageParser } from 'napi-ipc/node-ipc/v14/parsers/message'
import equal = require('./equal')

equal.is<equal.Equal<typeof ipc, IPCModule>>()
equal.is<equal.Equal<typeof Default, typeof Parser>>()
equal.is<equal.Equal<typeof Message, typeof MessageParser>>()

const config: Config = ipc.config
const client: Client | undefined = ipc.of['world']
const reserved: boolean = reservedEventTypes.has('connect')
createParser({ ...config, parser: MessageParser, reserved, client })
new IPCProtocolError('ERR_IPC_INVALID_JSON', 'no JSON').code satisfies string
