'use strict'

const path = require('node:path')
const test = require('ava')
const { local } = require('../common/places')
const { dial } = require('../common/raw')
const { run } = require('../common/processes')

const PROGRAM = path.join(__dirname, 'programs', 'large.js')
const MiB = 1 << 20
const CHUNK = Buffer.alloc(64 << 10, 'x')

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
    for (let left = size; left > 0; left -= CHUNK.length) await peer.write(CHUNK)
    await peer.write('"}\0\0')
    await program.seen('big', ++done, 60000)
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
    const best = { time: { 16: Infinity, 64: Infinity }, cpu: { 16: Infinity, 64: Infinity } }
    const ratio = (what) => best[what][64] / best[what][16]
    // The best of several. Where others keep the machine busy, the processor time tells as well whether it is linear.
    for (let round = 0; round < 8 && !(round >= 2 && Math.min(ratio('time'), ratio('cpu')) <= 4.6); round++) {
      for (const size of [16, 64]) {
        const result = await send(size * MiB)
        for (const what of ['time', 'cpu']) best[what][size] = Math.min(best[what][size], result[what])
      }
    }
    const shown = ['time', 'cpu'].map((what) => `${what} ${ratio(what).toFixed(2)}`).join(', ')
    t.log(shown)
    t.true(Math.min(ratio('time'), ratio('cpu')) <= 4.6, shown)
  }
)
