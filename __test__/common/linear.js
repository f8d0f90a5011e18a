'use strict'

const MiB = 1 << 20

/** What a chunk of a large message is. */
const CHUNK = Buffer.alloc(64 << 10, 'x')

/** Sends `length` bytes of a message, in chunks of 64 KiB. */
async function pour(peer, length) {
  for (let left = length; left > 0; left -= CHUNK.length)
    await peer.write(CHUNK.subarray(0, Math.min(left, CHUNK.length)))
}

/**
 * CM-8: four times the bytes take at most 4.6 times as long; `receive(size)` resolves to `{ time, cpu }` of the receiver, ms. The best of
 * several, and more of them if the first are not good enough. Where others keep the machine busy all the time, the processor time of the
 * receiver tells as well whether it is linear, also within one round: what slows the machine down then slows both.
 */
async function linear(t, receive) {
  const best = { time: { 16: Infinity, 64: Infinity }, cpu: { 16: Infinity, 64: Infinity } }
  const ratio = (what) => best[what][64] / best[what][16]
  let within = Infinity
  const isLinear = () => Math.min(ratio('time'), ratio('cpu'), within) <= 4.6
  for (let round = 0; round < 8 && !(round >= 2 && isLinear()); round++) {
    const used = {}
    for (const size of [16, 64]) {
      const result = await receive(size * MiB)
      for (const what of ['time', 'cpu']) best[what][size] = Math.min(best[what][size], result[what])
      used[size] = result.cpu
    }
    within = Math.min(within, used[64] / used[16])
  }
  const shown = Object.entries(best).map(([what, { 16: small, 64: large }]) => {
    return `${what}: ${small.toFixed(1)} ms, ${large.toFixed(1)} ms, ratio ${ratio(what).toFixed(2)}`
  })
  shown.push(`cpu within a round: ratio ${within.toFixed(2)}`)
  t.log(shown.join('; '))
  t.true(isLinear(), shown.join('; '))
}

module.exports = { MiB, linear, pour }
