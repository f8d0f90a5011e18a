'use strict'

// A server, or a client, that reports what its handlers get, and obeys.

const { obey, options, report } = require('../../common/report')
const { subject } = require('../../common/subject')

const { domain, name } = options()
const { Server, Client } = subject('ipcio')

const handlers = { s: ({ data }) => report('s', data), e: ({ data }) => report('e', data) }
const one = name === undefined ? new Server({ domain }, handlers) : new Client({ domain, name }, handlers)

if (name === undefined) {
  one.start()
  report('ready')
} else {
  one.connect().then(() => report('ready'))
}
obey({ close: () => one.close().then(() => report('closed')) })
