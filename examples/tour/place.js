'use strict'

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

/** A directory that only this user can enter, for the sockets of the tour. */
function openPlace() {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'napi-ipc-tour-'))
  return {
    /** Where a server of this name listens. Windows has named pipes instead of socket files. */
    address(name) {
      return process.platform === 'win32'
        ? `/${path.basename(directory)}-${name}`
        : path.join(directory, name)
    },
    close() {
      fs.rmSync(directory, { recursive: true, force: true })
    }
  }
}

module.exports = { openPlace }
