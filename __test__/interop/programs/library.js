'use strict'

const { pathToFileURL } = require('node:url')

const { subject } = require('../../common/subject')
const { entry } = require('../../common/peers')

const SUBJECTS = { subject: () => subject('node-ipc'), 'subject-14': () => subject('node-ipc/v14').default }

async function imported(name) {
  return SUBJECTS[name]?.() ?? (await import(pathToFileURL(entry(name)))).default
}

/** An instance of the library under test, or of the peer that is named. */
async function library(name, config) {
  const found = await imported(name)
  const ipc = new found.IPC()
  Object.assign(ipc.config, { silent: true, retry: 20 }, config)
  return ipc
}

module.exports = { library }
