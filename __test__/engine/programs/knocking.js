'use strict'

// Connects again and again until it is told to stop. Reports how often, and what it was refused with; resets are what a listener that
// goes does to those it has not accepted.

const net = require('node:net')
const { report, obey, options } = require('../../common/report')

const { address, patient } = options()
let going = true
let connected = 0
const failures = {}

function knock() {
  if (!going) return
  const socket = net.connect(address)
  socket.on('connect', () => {
    connected++
    socket.end()
  })
  socket.on('error', ({ code }) => {
    if (code !== 'ECONNRESET' && code !== 'EPIPE') failures[code] = (failures[code] ?? 0) + 1
  })
  socket.on('close', () => setImmediate(knock))
}

for (let n = 0; n < (patient ? 10 : 3); n++) knock()
const alive = setInterval(() => {}, 1000)
report('knocking')
obey({
  stop() {
    going = false
    clearInterval(alive)
    report('result', { connected, failures })
  }
})
