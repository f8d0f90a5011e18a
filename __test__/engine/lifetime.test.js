'use strict'

// What keeps a process alive, and what leaves it in peace; what still leaves when it goes.

const path = require('node:path')
const test = require('ava')
const { PLACES, anyPort, reach } = require('./support')
const { patiently } = require('../common/deadline')
const { run } = require('../common/processes')
const { listen } = require('../common/raw')

const program = (t, name, options, settings) =>
  run(t, path.join(__dirname, 'programs', name), options, settings)

for (const [place, address] of Object.entries(PLACES)) {
  // What is open, and whether the program ends by itself.
  const CASES = [
    ['nothing', true],
    ['closed listener', true],
    ['unreferenced listener', true],
    ['listener unreferenced before it listens', true],
    ['listener', false],
    ['listener referenced again', false],
    ['connection', false],
    ['unreferenced connection', true],
    ['connection unreferenced while connecting', true],
    ['destroyed connection', true],
    ['retry', false],
    ['unreferenced retry', true],
    ['cancelled retry', true]
  ]
  for (const [what, ends] of CASES) {
    test(`a process with ${what === 'nothing' ? what : `a ${what}`} ${ends ? 'ends' : 'stays'} (${place})`, async (t) => {
      const where = await address(t)
      const { server } = await listen(t, anyPort(where))
      const child = program(t, 'open.js', {
        what,
        own: anyPort(await address(t)),
        there: reach(where, server)
      })
      await child.report('open')
      if (ends) {
        await child.success()
      } else {
        // Whatever would end it by itself has happened when its own timer, which does not hold it, has fired.
        await child.report('later')
        t.is(child.count('(gone)'), 0)
        await child.kill()
      }
      t.pass()
    })
  }

  test(`who watches for open handles is told whether there is one (${place})`, async (t) => {
    const reports = await program(t, 'handles.js', { own: anyPort(await address(t)) }).success()
    t.deepEqual(reports, [
      ['loaded', [false]],
      ['listening', [true]],
      ['unreferenced', [false]],
      ['referenced', [true]],
      ['closed', [false]]
    ])
  })

  test(`the closing of what kept it alive is told before the process ends (${place})`, async (t) => {
    const own = anyPort(await address(t))
    for (const what of ['told connecting', 'told connection', 'told listener']) {
      const child = program(t, 'open.js', { what, own, there: own })
      const reports = await child.success()
      t.true(
        reports.some(([type]) => type === 'closed'),
        what
      )
    }
  })

  for (const how of [
    'exit in the same turn',
    'exit within a handler',
    'uncaught exception',
    'exit in a thread'
  ]) {
    test.serial(`what was sent leaves at the end of the process: ${how} (${place})`, async (t) => {
      let numbers
      // It waits half a second for this process to read, to which a busy machine may give no time: then once more.
      for (let tries = 0; tries < 10 && numbers?.length !== 200; tries++) {
        const where = await address(t)
        const server = await listen(t, anyPort(where))
        const child = program(t, 'leaving.js', { address: reach(where, server.server), how })
        const peer = await server.accepted()
        if (how === 'exit within a handler') await peer.write('"go"\f')
        await peer.close()
        const frames = peer.received.toString().split('\f').slice(0, -1)
        numbers = frames.map((frame) => JSON.parse(frame).n)
        await child.exit()
      }
      t.deepEqual(
        numbers,
        Array.from({ length: 200 }, (_, n) => n)
      )
    })
  }

  test.serial(
    `a peer that does not read holds the end of the process up for a moment only (${place})`,
    async (t) => {
      const where = await address(t)
      const server = await listen(t, anyPort(where))
      const child = program(t, 'leaving.js', {
        address: reach(where, server.server),
        how: 'exit in the same turn',
        bytes: 32 << 20
      })
      const peer = await server.accepted()
      peer.socket.pause()
      t.true((await patiently(child.exit())) < 10000)
    }
  )
}
