// The front door, as an ES module sees it.

import front, { diagnostics, nodeIpc, version, type Diagnostics } from 'napi-ipc'
import ipc from 'napi-ipc/node-ipc'
import { is, type Equal } from './equal.js'

is<Equal<typeof version, string>>()
is<Equal<typeof front.version, string>>()
is<Equal<typeof nodeIpc, typeof ipc>>()
is<Equal<typeof front.nodeIpc, typeof ipc>>()
is<Equal<ReturnType<typeof diagnostics>, Diagnostics>>()
