// The front door, as a CommonJS program sees it.

import front = require('napi-ipc')
import nodeIpc = require('napi-ipc/node-ipc')
import equal = require('./equal')

equal.is<equal.Equal<typeof front.version, string>>()
equal.is<equal.Equal<typeof front.nodeIpc, typeof nodeIpc>>()

const diagnostics: front.Diagnostics = front.diagnostics()
equal.is<equal.Equal<typeof diagnostics.dataPath, 'loop' | 'worker'>>()

// @ts-expect-error: it is read only
front.version = '2'
// @ts-expect-error: no such dialect
front.nodeIpx
