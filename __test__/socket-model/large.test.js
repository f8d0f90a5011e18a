'use strict'

const path = require('node:path')
const test = require('ava')
const { local } = require('../common/places')
const { dial } = require('../common/raw')
const { run } = require('../common/processes')
const { linear, pour } = require('../common/linear')

const PROGRAM = path.join(__dirname, 'programs', 'receiver.js')

/** Sends one line of `size` bytes in chunks of 64 KiB to a receiver of its own; resolves to its report. */
async function receive(t, size) {
  const address = await local(t)
  const program = run(t, PROGRAM, { address })
  await program.report('ready')
  const peer = await dial(t, address)
  await peer.write('{"message":"begin"}\n')
  await peer.frames(1, '\n')
  const [head, tail] = ['{"message":"', '"}\n']
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
