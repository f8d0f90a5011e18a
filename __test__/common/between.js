'use strict'

// Stands between two peers and changes nothing but the chunks their bytes come in.

const net = require('node:net')
const { local } = require('./places')

/** Pieces of `size` bytes, each written in a turn of its own. */
const pieces = (size) => (from, to) => {
  const queue = []
  let busy = false
  const next = () => {
    busy = queue.length > 0
    if (!busy) return
    const piece = queue.shift()
    if (piece === null) to.end()
    else to.write(piece, () => setImmediate(next))
  }
  const add = (piece) => {
    queue.push(piece)
    if (!busy) next()
  }
  from.on('data', (chunk) => {
    for (let at = 0; at < chunk.length; at += size) add(chunk.subarray(at, at + size))
  })
  from.on('end', () => add(null))
}

/** What comes within 5 ms leaves in one write. */
const gathered = (from, to) => {
  let waiting = []
  let timer
  from.on('data', (chunk) => {
    waiting.push(chunk)
    timer ??= setTimeout(() => {
      timer = undefined
      to.write(Buffer.concat(waiting))
      waiting = []
    }, 5)
  })
  from.on('end', () => {
    clearTimeout(timer)
    to.end(Buffer.concat(waiting))
  })
}

const CUTS = { 'byte by byte': pieces(1), 'in pieces of 7 bytes': pieces(7), 'many per chunk': gathered }

/** The address of a place where everything is passed on to `there` and back, cut by one of `CUTS`. */
async function between(t, there, cut) {
  const here = await local(t)
  const sockets = new Set()
  const server = net.createServer({ allowHalfOpen: true }, (near) => {
    const far = net.connect({ ...there, allowHalfOpen: true })
    for (const [from, to] of [
      [near, far],
      [far, near]
    ]) {
      cut(from, to)
      from.on('error', () => to.destroy())
      sockets.add(from)
    }
  })
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  await new Promise((resolve) => server.listen(here.path, resolve))
  return here
}

module.exports = { between, pieces, CUTS }
