'use strict'

// The main thread and two worker threads each serve and connect. Reports what each of them saw.

const { subject } = require('../../common/subject')
const { MESSAGES, ring } = require('../../common/threads')

const { IPC } = subject('node-ipc')

/** Serves `own`, exchanges messages with a server at `other`, closes; resolves to the number of answers. */
function serveAndConnect(own, other) {
  const [hub, spoke] = [new IPC(), new IPC()]
  for (const { config } of [hub, spoke]) Object.assign(config, { silent: true, retry: 5 })
  return new Promise((resolve) => {
    hub.serve(own, () => {
      hub.server.on('m', (data, socket) => hub.server.emit(socket, 'm', data))
      spoke.connectTo('other', other)
      const client = spoke.of.other
      let answers = 0
      client.on('connect', () => {
        for (let n = answers; n < MESSAGES; n++) client.emit('m', n)
      })
      client.on('m', (data) => {
        if (data === answers) answers++
        if (answers === MESSAGES) resolve({ answers, close })
      })
    })
    hub.server.start()
  })

  function close() {
    for (const id of Object.keys(spoke.of)) spoke.disconnect(id)
    hub.server.stop()
    for (const socket of [...hub.server.sockets]) socket.destroy()
  }
}

ring(__filename, serveAndConnect)
