'use strict'

// Who talks to whom: both generations of the drop-in with both originals, each at either end. 14.0.0 takes part under
// the versions of Node that it runs on.

const { supported } = require('../common/peers')

// The generation decides what becomes of empty data.
const LIBRARIES = {
  'the drop-in for 9': { name: 'subject', generation: 9 },
  'the drop-in for 14': { name: 'subject-14', generation: 14 },
  'node-ipc 9.2.1': { name: 'node-ipc-9', generation: 9 },
  'node-ipc 14.0.0': { name: 'node-ipc-14', generation: 14 }
}
const OURS = ['the drop-in for 9', 'the drop-in for 14']
const THEIRS = ['node-ipc 9.2.1', 'node-ipc 14.0.0'].filter((title) => supported(LIBRARIES[title].name))

const PAIRS = OURS.flatMap((ours) =>
  THEIRS.flatMap((theirs) => [
    [ours, theirs],
    [theirs, ours]
  ])
)

/** Each with itself: what the originals cannot be blamed for. */
const WITH_ITSELF = OURS.map((ours) => [ours, ours])

/** Calls `body(title, here, there)` for every pair. */
function eachPair(body, pairs = PAIRS) {
  for (const [here, there] of pairs) {
    body(`client ${here}, server ${there}`, LIBRARIES[here], LIBRARIES[there])
  }
}

/** Both generations of the drop-in at one service. */
const BETWEEN_OURS = [OURS, OURS.toReversed()]

module.exports = { eachPair, BETWEEN_OURS, PAIRS, WITH_ITSELF }
