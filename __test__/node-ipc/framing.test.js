'use strict'

const test = require('ava')
const { RECEIVERS } = require('./support')
const { frame, inPieces } = require('../common/raw')
const { next, Recorder } = require('../common/events')
const { eachTransport } = require('../common/places')

for (const [name, receiver] of Object.entries(RECEIVERS)) {
  eachTransport(
    test,
    `NI-14: two frames in one chunk are two events in order in one turn, ${name}`,
    async (t, at) => {
      const { target, peer } = await receiver(t, at)
      const log = new Recorder()
      target.on('a', (data) => {
        log.add('a', data)
        process.nextTick(() => log.add('tick'))
        Promise.resolve().then(() => log.add('microtask'))
        setImmediate(() => log.add('immediate'))
      })
      log.follow(target, ['b', 'c'])
      await peer.write(frame('a', 1) + frame('b', { x: [2] }) + frame('c', 'three'))
      await log.seen('immediate')
      t.deepEqual(log.types.slice(0, 3), ['a', 'b', 'c'])
      t.deepEqual([log.all('a')[0][0], log.all('b')[0][0], log.all('c')[0][0]], [1, { x: [2] }, 'three'])
    }
  )

  eachTransport(
    test,
    `NI-14: a thousand frames in one chunk keep their order, ${name}`,
    async (t, address) => {
      const { target, peer } = await receiver(t, address)
      const seen = []
      for (const type of ['even', 'odd']) target.on(type, (data) => seen.push(data))
      const done = next(target, 'done')
      const many = Array.from({ length: 1000 }, (_, n) => frame(n % 2 ? 'odd' : 'even', n))
      await peer.write(many.join('') + frame('done'))
      await done
      t.deepEqual(
        seen,
        Array.from({ length: 1000 }, (_, n) => n)
      )
    }
  )

  eachTransport(
    test,
    `NI-14: a handler may send, and remove and add handlers, midway, ${name}`,
    async (t, at) => {
      const { target, socket, peer } = await receiver(t, at)
      const log = new Recorder(target, ['end'])
      const first = (data) => {
        log.add('first', data)
        socket.write(`answer ${data} `)
        target.off('m', first)
        target.on('m', (data) => log.add('second', data))
      }
      target.on('m', first)
      await peer.write(frame('m', 1) + frame('m', 2) + frame('m', 3) + frame('end'))
      await log.seen('end')
      t.deepEqual(log.events.map(([type, data]) => [type, data]).slice(0, 3), [
        ['first', 1],
        ['second', 2],
        ['second', 3]
      ])
      t.is((await peer.bytes(9)).toString(), 'answer 1 ')
    }
  )

  eachTransport(
    test,
    `NI-14: a handler that destroys the connection hears no later frame, ${name}`,
    async (t, at) => {
      const { target, socket, peer } = await receiver(t, at, { stopRetrying: true })
      const log = new Recorder(target, ['m', 'error']).follow(socket, ['close'], 'socket')
      target.on('m', () => socket.destroy())
      await peer.write(frame('m', 1) + frame('m', 2) + frame('m', 3))
      await log.seen('socket.close')
      t.deepEqual(log.types, ['m', 'socket.close'])
    }
  )

  eachTransport(
    test,
    `NI-15: a frame split at every byte is delivered once, intact, ${name}`,
    async (t, address) => {
      const side = await receiver(t, address)
      const log = new Recorder(side.target, ['m', 'error'])
      const data = { text: 'aé€😀\u2028 "\f" z', n: 1 }
      const bytes = Buffer.from(frame('m', data))
      for (let at = 1; at < bytes.length; at++) {
        await inPieces(side, [bytes.subarray(0, at), bytes.subarray(at)])
        await log.seen('m', at)
      }
      t.deepEqual(
        log.events.map(([type, got]) => [type, got]),
        Array.from({ length: bytes.length - 1 }, () => ['m', data])
      )
    }
  )

  eachTransport(test, `NI-15: byte by byte, ${name}`, async (t, address) => {
    const side = await receiver(t, address)
    const log = new Recorder(side.target, ['m', 'error'])
    const bytes = Buffer.from(frame('m', 'é€😀') + frame('m', 2))
    await inPieces(
      side,
      Array.from(bytes, (byte) => Buffer.from([byte]))
    )
    await log.seen('m', 2)
    t.deepEqual(
      log.all('m').map(([got]) => got),
      ['é€😀', 2]
    )
    t.is(log.count('error'), 0)
  })

  eachTransport(
    test,
    `NI-16: a complete frame does not wait for the partial one behind it, ${name}`,
    async (t, at) => {
      const { target, peer } = await receiver(t, at)
      const log = new Recorder(target, ['a', 'b', 'c', 'error'])
      const half = frame('c', 'split here')
      await peer.write(frame('a', 1) + frame('b', 2) + half.slice(0, 20))
      await log.seen('b')
      t.deepEqual(log.types, ['a', 'b'])
      await peer.write(half.slice(20))
      await log.seen('c')
      t.deepEqual(log.all('c')[0][0], 'split here')
      t.is(log.count('error'), 0)
    }
  )

  eachTransport(
    test,
    `NI-16: an incomplete frame at the end of the connection is dropped, ${name}`,
    async (t, at) => {
      const { target, peer, socket } = await receiver(t, at, { stopRetrying: true })
      const log = new Recorder(target, ['a', 'b', 'error']).follow(socket, ['close'], 'socket')
      await peer.write(frame('a', 1))
      await log.seen('a')
      peer.socket.end('{"type":"b","data":1}')
      await log.seen('socket.close')
      t.deepEqual(log.types, ['a', 'socket.close'])
    }
  )

  eachTransport(test, `NI-20: missing data is undefined, null is null, ${name}`, async (t, address) => {
    const { target, peer } = await receiver(t, address)
    const log = new Recorder(target, ['m'])
    await peer.write(
      '{"type":"m"}\f{"type":"m","data":null}\f{"data":0,"type":"m"}\f{"type":"m","x":1,"data":""}\f'
    )
    await log.seen('m', 4)
    t.deepEqual(
      log.all('m').map(([data]) => data),
      [undefined, null, 0, '']
    )
  })

  eachTransport(test, `NI-20: white space around JSON is no matter, ${name}`, async (t, address) => {
    const { target, peer } = await receiver(t, address)
    const log = new Recorder(target, ['m', 'error'])
    await peer.write(' \r\n{ "type" : "m" , "data" : [ 1 ] }\t\f')
    await log.seen('m')
    t.deepEqual(log.all('m')[0][0], [1])
    t.is(log.count('error'), 0)
  })
}
