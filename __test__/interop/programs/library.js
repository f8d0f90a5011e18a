'use strict'

const { pathToFileURL } = require('node:url')

const { subject } = require('../../common/subject')
const { entry } = require('../../common/peers')

/** An instance of the library under test, or of the peer that is named. */
async function library(name, config) {
  const found = name === 'subject' ? subject('node-ipc') : (await import(pathToFileURL(entry(name)))).default
  const ipc = new found.IPC()
  Object.assign(ipc.config, { silent: true, retry: 20 }, config)
  return ipc
}

module.exports = { library }
