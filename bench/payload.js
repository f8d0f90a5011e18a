'use strict'

// Sequence numbers begin here, so that they all have the same number of digits and all messages one size.
const FIRST = 1_000_000

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz'
const letters = (count) => ALPHABET.repeat(Math.ceil(count / ALPHABET.length)).slice(0, count)

/** A row of a record, 52 bytes as JSON. */
const row = (id) => ({ id: FIRST + id, name: letters(12), size: 1234.5, on: true })
const ROW_BYTES = JSON.stringify(row(0)).length + 1

/** What messages are made of: how many bytes of JSON, and each with its place in the sequence. */
const KINDS = {
  /** One short text beside the number. */
  note(size) {
    const pad = letters(size - `{"seq":${FIRST},"pad":""}`.length)
    return {
      at: (place) => ({ seq: FIRST + place, pad }),
      is: (data, place) => data.seq === FIRST + place && data.pad === pad
    }
  },

  /** A text as it is. */
  string(size) {
    const rest = letters(size - `"${FIRST}"`.length)
    return {
      at: (place) => FIRST + place + rest,
      is: (data, place) => data.startsWith(FIRST + place) && data.length === rest.length + 7
    }
  },

  /** Numbers, texts and booleans in rows, as from a table. */
  record(size) {
    const empty = `{"seq":${FIRST},"pad":"","rows":[]}`.length
    const rows = Array.from({ length: Math.floor((size - empty) / ROW_BYTES) }, (_, id) => row(id))
    const pad = letters(size - JSON.stringify({ seq: FIRST, pad: '', rows }).length)
    return {
      at: (place) => ({ seq: FIRST + place, pad, rows }),
      is: (data, place) =>
        data.seq === FIRST + place &&
        data.pad === pad &&
        data.rows.length === rows.length &&
        data.rows.at(-1).id === rows.at(-1).id
    }
  }
}

/** Messages whose `data` is exactly `size` bytes of JSON. */
function payload(size, kind = 'note') {
  return KINDS[kind](size)
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
