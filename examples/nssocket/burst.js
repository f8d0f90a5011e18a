'use strict'

// A client sends a hundred thousand short messages as fast as it can; the server counts them, and tells after each thousand that
// they are there.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const nssocket = require('napi-ipc/nssocket')

const MESSAGES = 100000
const BURST = 1000

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
const place = path.join(directory, 'service')
let began

const server = nssocket.createServer((socket) => {
  let count = 0
  socket.data('number', () => {
    if (++count % BURST === 0) socket.send('counted', count)
  })
  socket.on('close', () => {
    const rate = Math.round(count / (performance.now() - began))
    console.log(`${count} messages, about ${rate} in a millisecond`)
    server.close()
    fs.rmSync(directory, { recursive: true })
  })
})

server.listen(place, () => {
  const outbound = new nssocket.NsSocket()
  let sent = 0

  function burst() {
    for (const end = sent + BURST; sent < end; sent++) outbound.send('number', sent)
  }

  outbound.on('start', () => {
    began = performance.now()
    burst()
  })
  // Whoever sends faster than the other end reads fills the memory.
  outbound.data('counted', (count) => {
    if (count < MESSAGES) burst()
    else outbound.end()
  })
  outbound.connect(place)
})
