'use strict'

const path = require('node:path')
const test = require('ava')
const { local } = require('../common/places')
const { dial } = require('../common/raw')
const { run } = require('../common/processes')
const { MiB, linear, pour } = require('../common/linear')

const PROGRAM = path.join(__dirname, 'programs', 'receiver.js')

/** Sends one frame of `size` bytes in chunks of 64 KiB to a receiver of its own; resolves to its report. */
async function receive(t, size) {
  const address = await local(t)
  const program = run(t, PROGRAM, { address })
  await program.report('ready')
  const peer = await dial(t, address)
  await peer.send('begin')
  await peer.frames(1)
  const [head, tail] = ['{"type":"big","data":"', '"}\f']
  const length = size + 1 - head.length - tail.length
  peer.socket.write(head)
  await pour(peer, length)
  await peer.write(tail)
  const [result] = await program.report('big')
  t.is(result.length, length)
  await program.kill()
  return result
}

test.serial('CM-8: 64 MiB in 64 KiB chunks take at most 4.6 times what 16 MiB take', async (t) => {
  await linear(t, (size) => receive(t, size))
})

if (process.platform === 'linux') {
  test.serial('CM-8: 64 MiB in 64 KiB chunks need at most three times the memory', async (t) => {
    const { peak } = await receive(t, 64 * MiB)
    t.log(`${(peak / MiB).toFixed(1)} MiB above the baseline`)
    t.true(peak <= 3 * 64 * MiB, `${peak / MiB} MiB`)
  })
}
