'use strict'

const path = require('node:path')
const { spawn } = require('node:child_process')
const { startCost } = require('../cost')

const NEWCOMER = path.join(__dirname, '..', 'newcomer.js')

/** A process starts, connects and sends a message; the latencies are from its start to the message received. */
function start({ title }) {
  function server(subject, address, listening) {
    let director
    const half = subject.listen(
      address,
      {
        begin(_, peer) {
          director = peer
          half.send(peer, 'begun')
        },
        first: () => half.send(director, 'arrived')
      },
      listening
    )
    return half
  }

  function client(subject, address) {
    let half, begun, arrived
    const connected = new Promise((resolve) => {
      half = subject.connect(address, { begun: () => begun(), arrived: () => arrived() }, resolve)
    })

    async function run(ms) {
      const samples = []
      await new Promise((resolve) => {
        begun = resolve
        half.send('begin')
      })
      const cost = startCost()
      for (const until = performance.now() + ms; samples.length === 0 || performance.now() < until;) {
        const began = performance.now()
        const here = new Promise((resolve) => {
          arrived = resolve
        })
        const child = spawn(process.execPath, [NEWCOMER, subject.name, address], { stdio: 'ignore' })
        const gone = new Promise((resolve) => child.on('exit', resolve))
        await here
        samples.push(performance.now() - began)
        child.kill('SIGKILL')
        await gone
      }
      const own = cost()
      return { count: samples.length, ms: samples.reduce((a, b) => a + b), samples, faults: 0, cpu: own.cpu }
    }
    return { connected, run, close: () => half.close() }
  }

  return {
    title,
    unit: 'ms from the start of a process to its first message',
    better: 'less',
    value: ({ count, ms }) => ms / count,
    server,
    client
  }
}

module.exports = { start }
