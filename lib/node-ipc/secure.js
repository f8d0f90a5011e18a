'use strict'

const fs = require('node:fs')
const engine = require('../engine')

/** @param {any} config @returns {any} the options; an object, whatever a program has put there to switch TLS on */
function tlsOf(config) {
  if (typeof config.tls !== 'object') config.tls = {}
  return config.tls
}

/**
 * Reads the files that the options name into the options themselves: programs look there for what was read.
 * @param {any} tls
 * @throws what fs.readFileSync throws
 */
function readFiles(tls) {
  if (tls.private) tls.key = fs.readFileSync(tls.private)
  if (tls.public) tls.cert = fs.readFileSync(tls.public)
  if (!tls.trustedConnections) return
  if (typeof tls.trustedConnections === 'string') tls.trustedConnections = [tls.trustedConnections]
  tls.ca = tls.trustedConnections.map((/** @type {string} */ file) => fs.readFileSync(file))
}

/**
 * The options a client connects with. Its address is put there too.
 * @param {any} config @param {Record<string, unknown>} address
 */
function clientOptions(config, address) {
  const tls = tlsOf(config)
  readFiles(tls)
  return Object.assign(tls, address)
}

/**
 * The options a server listens with. One without a certificate gets one for as long as the process lives.
 * @param {any} config @param {string} host
 */
function serverOptions(config, host) {
  const tls = tlsOf(config)
  readFiles(tls)
  if (typeof tls.dhparam === 'string' && !tls.dhparam.startsWith('-----')) {
    tls.dhparam = fs.readFileSync(tls.dhparam)
  }
  if (!tls.key && !tls.cert) {
    const names = new Set([host, 'localhost', '127.0.0.1', '::1'])
    Object.assign(tls, engine.selfSigned([...names]))
    const detail =
      `the TLS server on ${host} has no certificate and has made one of its own for this process, ` +
      'which no client trusts: set config.tls.private and config.tls.public'
    process.emitWarning(detail, { code: 'NAPI_IPC_SELF_SIGNED' })
  }
  return tls
}

module.exports = { clientOptions, serverOptions }
