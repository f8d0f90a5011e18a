'use strict'

// Connects and ends many times, then reports what is left in this process: { before, after } of open descriptors and timers.

const fs = require('node:fs')

const { subject } = require('../../common/subject')
const { state } = require('../../common/deadline')
const { report, options } = require('../../common/report')

const { address, cycles, at } = options()
const { NsSocket, createServer } = subject('nssocket')
const place = address.path ? [address.path] : [address.port, address.host]
let answered = 0
let open = 0

/** One client: connects, has an answer, ends. */
const cycle = (number) =>
  new Promise((resolve) => {
    const socket = new NsSocket()
    socket.dataOnce('hello', () => socket.end())
    socket.on('close', resolve)
    socket.connect(...place)
    socket.send('hello', number)
  })

async function run(number) {
  let next = 0
  const lanes = Array.from({ length: at }, async () => {
    while (next < number) await cycle(next++)
  })
  await Promise.all(lanes)
  while (open > 0) await new Promise((resolve) => setImmediate(resolve))
}

const left = () => ({
  descriptors: process.platform === 'linux' ? fs.readdirSync('/proc/self/fd').length : 0,
  timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
})

const server = createServer((socket) => {
  open++
  socket.on('close', () => open--)
  socket.data('hello', (number) => {
    answered++
    socket.send('hello', number)
  })
})

async function main() {
  await run(2 * at)
  const before = left()
  await run(cycles)
  // Another thread may close a descriptor a moment after that was told.
  await state(() => left().descriptors <= before.descriptors, 'no more descriptors than before')
  report('left', { before, after: left(), answered: answered - 2 * at })
  server.close()
}

server.listen(...place, main)
