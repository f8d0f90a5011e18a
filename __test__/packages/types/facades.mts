// The façades and their paths as an ES module sees them: the types of the dialects, none of their own.

import * as equal from './equal.js'
import * as DialectNodeIpc from 'napi-ipc/node-ipc'
import * as NodeIpc from 'node-ipc'
import * as NodeIpcNodeIpc from 'node-ipc/node-ipc'
import * as NodeIpcNodeIpcJs from 'node-ipc/node-ipc.js'
import * as DialectNodeIpc14 from 'napi-ipc/node-ipc/v14'
import * as NodeIpc14 from 'node-ipc-14'
import * as DialectNodeIpc14Parsers from 'napi-ipc/node-ipc/v14/parsers'
import * as NodeIpc14Parsers from 'node-ipc-14/parsers'
import * as DialectNodeIpc14ParsersMessage from 'napi-ipc/node-ipc/v14/parsers/message'
import * as NodeIpc14ParsersMessage from 'node-ipc-14/parsers/message'
import * as DialectNssocket from 'napi-ipc/nssocket'
import * as Nssocket from 'nssocket'
import * as NssocketLibNssocket from 'nssocket/lib/nssocket'
import * as NssocketLibNssocketJs from 'nssocket/lib/nssocket.js'
import * as DialectIpcio from 'napi-ipc/ipcio'
import * as Ipcio from 'ipcio'
import * as IpcioIndexJs from 'ipcio/index.js'
import * as DialectSocketIpc from 'napi-ipc/socket-ipc'
import * as SocketIpc from 'socket-ipc'
import * as SocketIpcSrcIndex from 'socket-ipc/src/index'
import * as SocketIpcSrcIndexJs from 'socket-ipc/src/index.js'
import * as DialectSocketModel from 'napi-ipc/socket-model'
import * as SocketModel from 'socket-model'
import * as SocketModelIndexJs from 'socket-model/index.js'

equal.is<equal.Equal<typeof NodeIpc, typeof DialectNodeIpc>>()
equal.is<equal.Equal<typeof NodeIpcNodeIpc, typeof DialectNodeIpc>>()
equal.is<equal.Equal<typeof NodeIpcNodeIpcJs, typeof DialectNodeIpc>>()
equal.is<equal.Equal<typeof NodeIpc14, typeof DialectNodeIpc14>>()
equal.is<equal.Equal<typeof NodeIpc14Parsers, typeof DialectNodeIpc14Parsers>>()
equal.is<equal.Equal<typeof NodeIpc14ParsersMessage, typeof DialectNodeIpc14ParsersMessage>>()
equal.is<equal.Equal<typeof Nssocket, typeof DialectNssocket>>()
equal.is<equal.Equal<typeof NssocketLibNssocket, typeof DialectNssocket>>()
equal.is<equal.Equal<typeof NssocketLibNssocketJs, typeof DialectNssocket>>()
equal.is<equal.Equal<typeof Ipcio, typeof DialectIpcio>>()
equal.is<equal.Equal<typeof IpcioIndexJs, typeof DialectIpcio>>()
equal.is<equal.Equal<typeof SocketIpc, typeof DialectSocketIpc>>()
equal.is<equal.Equal<typeof SocketIpcSrcIndex, typeof DialectSocketIpc>>()
equal.is<equal.Equal<typeof SocketIpcSrcIndexJs, typeof DialectSocketIpc>>()
equal.is<equal.Equal<typeof SocketModel, typeof DialectSocketModel>>()
equal.is<equal.Equal<typeof SocketModelIndexJs, typeof DialectSocketModel>>()

NodeIpc.default.connectTo('world', () => NodeIpc.default.of.world?.emit('greeting', { name: 'ada' }))
