'use strict'

// Sequence numbers begin here, so that they all have the same number of digits and all messages one size.
const FIRST = 1_000_000

/** Messages whose `data` is exactly `size` bytes of JSON, each with its place in the sequence. */
function payload(size) {
  const text = 'abcdefghijklmnopqrstuvwxyz'.repeat(Math.ceil(size / 26))
  const pad = text.slice(0, size - `{"seq":${FIRST},"pad":""}`.length)
  return {
    /** The message at this place, counted from 0. */
    at: (place) => ({ seq: FIRST + place, pad }),
    is: (data, place) => data.seq === FIRST + place && data.pad === pad
  }
}

/** Watches one stream of such messages. What is not the expected next message is a fault. */
class Watch {
  count = 0
  faults = 0
  #payload

  constructor(payload) {
    this.#payload = payload
  }

  see(data) {
    if (!this.#payload.is(data, this.count)) this.faults++
    return ++this.count
  }
}

module.exports = { payload, Watch }
