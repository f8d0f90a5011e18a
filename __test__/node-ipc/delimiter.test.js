'use strict'

const test = require('ava')
const { SENDERS, RECEIVERS } = require('./support')
const { Recorder } = require('../common/events')
const { local, eachTransport } = require('../common/places')
const { frame, inPieces } = require('../common/raw')

for (const [name, sender] of Object.entries(SENDERS)) {
  test(`NI-10: ${name} ends frames with the configured delimiter`, async (t) => {
    const { peer, send } = await sender(t, await local(t), { delimiter: '\n' })
    send('a', 1)
    send('b', 2)
    t.deepEqual(await peer.frames(2, '\n'), ['{"type":"a","data":1}', '{"type":"b","data":2}'])
  })
}

for (const [name, receiver] of Object.entries(RECEIVERS)) {
  eachTransport(
    test,
    `NI-15: a delimiter of several characters, split over chunks, ${name}`,
    async (t, address) => {
      const delimiter = '\r\n€\r\n'
      const side = await receiver(t, address, { delimiter })
      const log = new Recorder(side.target, ['m', 'error'])
      const bytes = Buffer.from(frame('m', 'one\r\n€', delimiter) + frame('m', 'two', delimiter))
      for (let at = 1; at < bytes.length; at++) {
        await inPieces(side, [bytes.subarray(0, at), bytes.subarray(at)])
        await log.seen('m', 2 * at)
      }
      t.is(log.count('error'), 0)
      t.deepEqual(
        log.all('m').map(([data]) => data),
        Array.from({ length: bytes.length - 1 }, () => ['one\r\n€', 'two']).flat()
      )
    }
  )
}
