'use strict'

// node newcomer.js <subject> <address>: connects and sends a message. Whoever waits for it ends the process.

const subjects = require('./subjects')

const [name, address] = process.argv.slice(2)

async function main() {
  const subject = await subjects[name].load()
  const half = subject.connect(address, {}, () => half.send('first'))
}

main()
