'use strict'

const test = require('ava')
const { RECEIVERS } = require('./support')
const { Recorder } = require('../common/events')
const { eachTransport } = require('../common/places')

/** What the `error` events of a log carried, with the error itself reduced to its kind. */
const complaints = (log) =>
  log.all('error').map(([{ err, ...rest }]) => ({ ...rest, err: err.constructor.name }))

const complaint = (response, err = 'SyntaxError') => ({
  message: 'Invalid JSON response format',
  response,
  err
})

for (const [name, receiver] of Object.entries(RECEIVERS)) {
  eachTransport(
    test,
    `NI-17: a malformed frame is an error event and nothing else, ${name}`,
    async (t, address) => {
      const { target, socket, peer } = await receiver(t, address)
      const log = new Recorder(target, ['a', 'b', 'error', 'close', 'disconnect'])
      await peer.write('{"type":"a","data":1}\f{"type":"a",\f{"type":"b","data":2}\f')
      await log.seen('b')
      t.deepEqual(log.types, ['a', 'error', 'b'])
      const [[, error, from]] = [log.events[1]]
      t.deepEqual(Object.keys(error).sort(), ['err', 'message', 'response'])
      t.is(error.message, 'Invalid JSON response format')
      t.true(error.err instanceof SyntaxError)
      t.is(error.response, '{"type":"a",')
      t.is(from, name === 'server' ? socket : undefined)
      t.false(socket.destroyed)
      await peer.send('b', 3)
      await log.seen('b', 2)
    }
  )

  eachTransport(test, `NI-17: each frame is malformed or not by itself, ${name}`, async (t, address) => {
    const { target, peer } = await receiver(t, address)
    const log = new Recorder(target, ['m', 'error'])
    // Well-formed only if something joined neighbours, or cut where the text says so.
    const broken = [
      '1,2',
      '{"a":"x',
      'y"}',
      '[1',
      '2]',
      '{}{}',
      '"a',
      'b"',
      '],[',
      '{"type":"m"},{"type":"m"}',
      '[[',
      ']]'
    ]
    const sound = '{"type":"m","data":0}'
    await peer.write(broken.map((text) => `${text}\f`).join('') + sound + '\f')
    await peer.write(broken.map((text) => `${sound}\f${text}\f`).join('') + '{"type":"m","data":"end"}\f')
    await log.until(() => log.all('m').some(([data]) => data === 'end'), 'the last frame')
    t.deepEqual(
      complaints(log),
      [...broken, ...broken].map((text) => complaint(text))
    )
    t.is(log.count('m'), broken.length + 2)
  })

  eachTransport(test, `NI-17: empty frames, ${name}`, async (t, address) => {
    const { target, peer } = await receiver(t, address)
    const log = new Recorder(target, ['m', 'error'])
    await peer.write('\f\f{"type":"m"}\f \f')
    await log.seen('error', 3)
    t.deepEqual(log.types, ['error', 'error', 'm', 'error'])
    t.deepEqual(complaints(log), [complaint(''), complaint(''), complaint(' ')])
  })

  eachTransport(
    test,
    `NI-17: bytes that are not UTF-8 become U+FFFD, a byte-order mark is kept, ${name}`,
    async (t, at) => {
      const { target, peer } = await receiver(t, at)
      const log = new Recorder(target, ['m', 'error'])
      const quote = (bytes) => [Buffer.from('{"type":"m","data":"'), Buffer.from(bytes), Buffer.from('"}\f')]
      await peer.write(
        Buffer.concat([
          ...quote([0xff, 0x41, 0xc3]),
          ...quote([0xed, 0xa0, 0x80]),
          Buffer.from('\ufeff{"type":"m"}\f'),
          Buffer.from('{"type":"m","data":"end"}\f')
        ])
      )
      await log.seen('m', 3)
      t.deepEqual(
        log.all('m').map(([data]) => data),
        ['\ufffdA\ufffd', '\ufffd\ufffd\ufffd', 'end']
      )
      t.deepEqual(complaints(log), [complaint('\ufeff{"type":"m"}')])
    }
  )

  const ODD = [
    '5',
    '[]',
    '{"data":1}',
    '"text"',
    'true',
    '{}',
    '{"type":null,"data":1}',
    '{"type":5,"data":1}',
    '{"type":{"a":1}}',
    '{"type":["m","n"]}',
    '{"type":""}',
    '{"type":"*"}',
    '{"type":"*","data":[1]}',
    '{"type":"__proto__","data":1}',
    '{"type":"constructor","data":{"id":1}}',
    '{"type":"toString"}',
    '{"type":"hasOwnProperty"}',
    '{"type":"m","data":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}',
    '{"__proto__":{"polluted":1,"type":"error"}}',
    '['.repeat(100000) + ']'.repeat(100000),
    '{"type":"big","data":"' + 'x'.repeat(100000) + '"}'
  ]

  eachTransport(test, `NI-19: JSON that is no message harms nobody, ${name}`, async (t, address) => {
    // The library writes log lines about what it gets: they must bear it too.
    const { target, peer } = await receiver(t, address, { silent: false, logger: () => {} })
    const log = new Recorder(target, ['end', 'error'])
    await peer.write(ODD.map((text) => text + '\f').join('') + '{"type":"end"}\f')
    await log.seen('end')
    for (const text of ODD) await peer.write(`${text}\f`)
    await peer.send('end')
    await log.seen('end', 2)
    t.is(log.count('error'), 0)
    t.is({}.polluted, undefined)
  })

  eachTransport(test, `NI-19: the frame null is an error event, ${name}`, async (t, address) => {
    const { target, peer } = await receiver(t, address)
    const log = new Recorder(target, ['m', 'error'])
    await peer.write('null\f{"type":"m"}\f')
    await log.seen('m')
    t.deepEqual(log.types, ['error', 'm'])
    t.deepEqual(complaints(log), [complaint(null, 'TypeError')])
  })

  eachTransport(
    test,
    `NI-19: a peer may publish lifecycle events, nothing else happens, ${name}`,
    async (t, address) => {
      const { target, socket, peer } = await receiver(t, address)
      const names = [
        'start',
        'connect',
        'data',
        'disconnect',
        'destroy',
        'close',
        'error',
        'socket.disconnected'
      ]
      const log = new Recorder(target, [...names, 'm'])
      await peer.write(names.map((type) => `{"type":"${type}","data":"spoof"}\f`).join(''))
      await peer.send('m', 'still there')
      await log.seen('m')
      t.deepEqual(log.types, [...names, 'm'])
      t.true(log.events.slice(0, -1).every(([, data]) => data === 'spoof'))
      t.false(socket.destroyed)
      if (name === 'server') t.deepEqual(target.sockets, [socket])
      socket.write('x')
      await peer.bytes(1)
    }
  )
}
