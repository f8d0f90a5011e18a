'use strict'

const path = require('node:path')
const test = require('ava')
const { dial, listen } = require('../common/raw')
const { eachTransport, local } = require('../common/places')
const { run } = require('../common/processes')
const { CYCLES, leavesNothing } = require('../common/cycles')
const { independent } = require('../common/threads')

const END = path.join(__dirname, 'programs', 'end.js')
const THREADS = path.join(__dirname, 'programs', 'threads.js')
const PROGRAM = path.join(__dirname, 'programs', 'cycles.js')

const ended = (reports) => reports.some(([type]) => type === 'beforeExit')

for (const command of ['end', 'destroy', 'unref']) {
  eachTransport(test.serial, `CM-5: a process ends after ${command} of its client`, async (t, address) => {
    const server = await listen(t, address)
    const program = run(t, END, { role: 'client', address })
    await program.report('start')
    await server.accepted()
    await program.tell(command)
    t.true(ended(await program.success()))
  })
}

test.serial('CM-5: a process ends whose NsSocket never connects', async (t) => {
  const program = run(t, END, { role: 'nobody', address: await local(t) })
  t.true(ended(await program.success()))
})

eachTransport(test.serial, 'CM-5: a process ends whose server is closed', async (t, address) => {
  const program = run(t, END, { role: 'server', address })
  await program.report('ready')
  const peer = await dial(t, address)
  await program.report('accepted')
  await program.tell('close')
  peer.socket.end()
  t.true(ended(await program.success()))
})

eachTransport(
  test.serial,
  'CM-5: a process ends whose server and connections are unref()ed',
  async (t, address) => {
    const program = run(t, END, { role: 'server', address })
    await program.report('ready')
    await dial(t, address)
    await program.report('accepted')
    await program.tell('unref')
    t.true(ended(await program.success()))
  }
)

eachTransport(test.serial, `CM-6: ${CYCLES} connections leave nothing behind`, async (t, address) => {
  await leavesNothing(t, PROGRAM, address, { address })
  t.pass()
})

test.serial(
  'CM-10: two workers and the main thread serve, connect and close independently (unlike the original)',
  async (t) => {
    await independent(t, THREADS)
  }
)
