'use strict'

const path = require('node:path')
const test = require('ava')
const { local } = require('../common/places')
const { dial } = require('../common/raw')
const { run } = require('../common/processes')

const PROGRAM = path.join(__dirname, 'programs', 'receiver.js')
const MiB = 1 << 20
const CHUNK = Buffer.alloc(64 << 10, 'x')

/** A running receiver and a way to send it one frame of `size` bytes in chunks of 64 KiB; resolves to its report. */
async function receiver(t) {
  const address = await local(t)
  const program = run(t, PROGRAM, { address })
  await program.report('ready')
  const peer = await dial(t, address)
  let begun = 0
  let done = 0
  return async (size) => {
    await peer.send('begin')
    await peer.frames(++begun)
    const [head, tail] = ['{"type":"big","data":"', '"}\f']
    let left = size + 1 - head.length - tail.length
    peer.socket.write(head)
    for (; left > 0; left -= CHUNK.length) await peer.write(CHUNK.subarray(0, Math.min(left, CHUNK.length)))
    await peer.write(tail)
    await program.seen('big', ++done, 60000)
    const [result] = program.all('big')[done - 1]
    t.is(result.length, size + 1 - head.length - tail.length)
    return result
  }
}

test.serial('CM-8: 64 MiB in 64 KiB chunks take at most 4.6 times what 16 MiB take', async (t) => {
  const send = await receiver(t)
  await send(16 * MiB)
  // Others use this machine too: the best of several, and more of them if the first are not good enough.
  const best = { 16: Infinity, 64: Infinity }
  for (let round = 0; round < 8; round++) {
    for (const size of [16, 64]) best[size] = Math.min(best[size], (await send(size * MiB)).time)
    if (round >= 2 && best[64] / best[16] <= 4.6) break
  }
  const ratio = best[64] / best[16]
  t.log(`${best[16].toFixed(1)} ms, ${best[64].toFixed(1)} ms, ratio ${ratio.toFixed(2)}`)
  t.true(ratio <= 4.6, `ratio ${ratio}`)
})

if (process.platform === 'linux') {
  test.serial('CM-8: 64 MiB in 64 KiB chunks need at most three times the memory', async (t) => {
    const send = await receiver(t)
    const { peak } = await send(64 * MiB)
    t.log(`${(peak / MiB).toFixed(1)} MiB above the baseline`)
    t.true(peak <= 3 * 64 * MiB, `${peak / MiB} MiB`)
  })
}
