'use strict'

// The other end of ./processes.js, for programs under test.

const fs = require('node:fs')
const net = require('node:net')
const readline = require('node:readline')
const { isMainThread } = require('node:worker_threads')

// What the test writes. Deno's process.stdin cannot be unref()ed; the same pipe as a socket can.
const input =
  isMainThread && !process.stdin.unref ? new net.Socket({ fd: 0, writable: false }) : process.stdin

// It ends when the test process is gone, whatever became of it: nobody is left to clean up after this program.
// Listening does not keep this process alive.
if (isMainThread) {
  input.on('end', () => process.exit(1))
  input.resume()
  input.unref()
}

/** Tells the test something, at once: written before this returns, so that nothing is lost by what comes next. */
function report(type, ...args) {
  const line = Buffer.from(JSON.stringify([type, ...args]) + '\n')
  for (let at = 0; at < line.length;) {
    try {
      at += fs.writeSync(1, line, at)
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
    }
  }
}

/** Obeys the test's `tell(name, ...args)`. Listening for it does not keep the process alive. */
function obey(commands) {
  readline.createInterface({ input }).on('line', (line) => {
    const [name, ...args] = JSON.parse(line)
    commands[name](...args)
    report('(told)', name)
  })
}

/** Nothing of this program runs until the test has written the file; `unblocked` is reported then. */
function standStill(gate) {
  // Nobody waits for it that long: the end of a program whose test is gone.
  const end = Date.now() + 600000
  while (!fs.existsSync(gate) && Date.now() < end)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
  report('unblocked')
}

/** The options the test started the program with. */
const options = () => JSON.parse(process.argv[2] ?? '{}')

module.exports = { report, obey, options, standStill }
