'use strict'

// A server that tells what it has.

const fs = require('node:fs')
const { options, report } = require('../../common/report')
const { subject } = require('../../common/subject')

const { domain, ...rest } = options()
const { Server } = subject('ipcio')

const server = new Server(
  { domain, onError: ({ code, client }) => report('trouble', code, client), ...rest },
  {
    census: () => ({
      ...server.census(),
      rss: process.memoryUsage.rss(),
      descriptors: fs.readdirSync('/proc/self/fd').length
    }),
    echo: ({ data }) => data
  }
)
server.start()
report('ready')
