'use strict'

// Somebody between a client and a server who decides in which pieces the bytes arrive, and can cut the line.

const net = require('node:net')
const { tcp, local } = require('../common/places')

/** Lets what has been written leave before what comes next. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

// What becomes of the chunks of one direction.
const CHUNKINGS = {
  /** One by one. */
  'byte by byte': (to) => {
    let last = Promise.resolve()
    return (chunk) => {
      last = last.then(async () => {
        for (const byte of chunk) {
          if (to.destroyed) return
          to.write(Buffer.of(byte))
          await turn()
        }
      })
      return last
    }
  },
  /** As much together as comes in some turns. */
  'many per chunk': (to) => {
    let waiting = []
    return async (chunk) => {
      waiting.push(chunk)
      if (waiting.length > 1) return
      for (let count = 0; count < 5; count++) await turn()
      to.write(Buffer.concat(waiting))
      waiting = []
    }
  }
}

/** Forwards all connections to `target`; the address to connect to, and `reset`, which cuts all there are. */
async function between(t, target, chunking) {
  const address = target.path ? await local(t) : await tcp()
  const sockets = new Set()

  function forward(from, to) {
    sockets.add(from)
    from.setNoDelay(true)
    const pass = CHUNKINGS[chunking](to)
    let last
    from.on('data', (chunk) => (last = pass(chunk)))
    from.on('end', async () => {
      await last
      to.end()
    })
    // Whoever resets is heard of by the other one.
    from.on('error', () => to.destroy())
    from.on('close', () => sockets.delete(from))
  }

  const server = net.createServer({ allowHalfOpen: true }, (near) => {
    const far = net.connect({ ...target, allowHalfOpen: true })
    forward(near, far)
    forward(far, near)
  })
  await new Promise((resolve, reject) => server.on('error', reject).listen(address, resolve))
  const cut = (how) => {
    for (const socket of sockets) socket[how]()
  }
  t.teardown(() => {
    server.close()
    cut('destroy')
  })
  return { address, reset: () => cut('resetAndDestroy') }
}

module.exports = { between, CHUNKINGS }
