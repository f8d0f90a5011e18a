'use strict'

// A user's program: a conversation in each dialect, required and imported, by the main package and by the façades.

const assert = require('node:assert')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { DIALECTS, GREETING } = require('./conversations.js')

const FACADES = {
  'node-ipc': 'napi-ipc/node-ipc',
  'node-ipc-14': 'napi-ipc/node-ipc/v14',
  nssocket: 'napi-ipc/nssocket',
  ipcio: 'napi-ipc/ipcio',
  '@crussell52/socket-ipc': 'napi-ipc/socket-ipc',
  'socket-model': 'napi-ipc/socket-model'
}

async function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nit-program-'))
  let conversations = 0
  const talk = async (dialect, module) => {
    const name = `${process.pid}-${++conversations}`
    const place = process.platform === 'win32' ? `\\\\.\\pipe\\nit-${name}` : path.join(folder, name)
    assert.deepStrictEqual(await DIALECTS[dialect].converse(module, place), GREETING)
  }
  for (const [facade, dialect] of Object.entries(FACADES)) {
    for (const name of [dialect, facade]) {
      await talk(dialect, require(name))
      const imported = await import(name)
      await talk(dialect, dialect.endsWith('v14') ? imported : imported.default)
    }
  }
  fs.rmSync(folder, { recursive: true, force: true })
  console.log(`${conversations} conversations`)
}

main()
