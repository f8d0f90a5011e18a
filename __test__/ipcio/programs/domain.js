'use strict'

// A server of one of two kinds, whose JavaScript may be kept busy.

const { obey, options, report } = require('../../common/report')
const { subject } = require('../../common/subject')
const { ReferenceServer } = require('../reference-peer')

const { domain, kind, busy } = options()

async function main() {
  if (kind === 'reference') await new ReferenceServer(domain).start()
  else new (subject('ipcio').Server)({ domain }, { echo: ({ data }) => data }).start()
  if (busy) {
    setInterval(() => {
      for (const end = Date.now() + busy.for; Date.now() < end;);
    }, busy.every)
  }
  obey({ cpu: () => report('cpu', process.cpuUsage()) })
  setInterval(() => {}, 1 << 30)
  report('ready')
}

main()
