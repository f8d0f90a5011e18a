'use strict'

const path = require('node:path')
const test = require('ava')
const { local } = require('../common/places')
const { dial } = require('../common/raw')
const { run } = require('../common/processes')
const { MiB, linear, pour } = require('../common/linear')

const PROGRAM = path.join(__dirname, 'programs', 'large.js')

/** A running receiver and a way to send it one message of `size` bytes in chunks of 64 KiB; gives its cost. */
async function receiver(t) {
  const address = await local(t)
  const program = run(t, PROGRAM, address)
  await program.report('ready')
  const peer = await dial(t, address)
  let done = 0
  return async (size) => {
    await peer.write('{"topic":"begin"}\0\0')
    await program.seen('begun', done + 1)
    peer.socket.write('{"topic":"big","message":"')
    await pour(peer, size)
    await peer.write('"}\0\0')
    await program.seen('big', ++done)
    const [result] = program.all('big')[done - 1]
    t.is(result.length, size)
    return result
  }
}

test.serial(
  'CM-8: 64 MiB in 64 KiB chunks take at most 4.6 times what 16 MiB take (ruling: linear)',
  async (t) => {
    const send = await receiver(t)
    await send(16 * MiB)
    await linear(t, send)
  }
)
