'use strict'

const { fork } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { once } = require('node:events')

let count = 0

/** Starts a domain in a process of its own. */
async function start(kind) {
  const name = `bench-${process.pid}-${++count}`
  const child = fork(path.join(__dirname, 'server.js'), [name, kind])
  await once(child, 'message')
  return {
    name,
    async ask(what) {
      child.send(what)
      const [answer] = await once(child, 'message')
      return answer
    },
    async stop() {
      child.disconnect()
      await once(child, 'exit')
      for (const file of fs.readdirSync('/tmp')) {
        if (file.startsWith(`IPC.io.${name}`)) fs.rmSync(`/tmp/${file}`)
      }
    }
  }
}

module.exports = { start }
