'use strict'

// What must be true of a transport before anything is sent or received over it.

const path = require('node:path')

const { IPCProtocolError, codedError } = require('./errors')

/** @param {string} what */
const refuse = (what) => new IPCProtocolError('ERR_IPC_ASSURED_TRANSPORT', `the assured parser needs ${what}`)

/** @param {any} tls @param {boolean} proves whether both ends prove who they are */
function checkMutual({ tls }, proves) {
  const { key, cert, ca, private: keyFile, public: certFile, trustedConnections } = tls
  if ((key || keyFile) && (cert || certFile) && (ca || trustedConnections) && proves) return
  throw codedError(
    'ERR_IPC_ASSURED_TLS',
    'the assured parser needs TLS with a key, a certificate and a trusted CA at both ends, and both verified'
  )
}

/**
 * @param {any} client
 * @throws ERR_IPC_ASSURED_TRANSPORT, ERR_IPC_ASSURED_TLS
 */
function assureClient({ config, port, parser }) {
  if (parser.profile !== 'assured' || port === undefined) return
  if (!config.tls) throw refuse('TLS for network connections')
  checkMutual(config, config.tls.rejectUnauthorized === true)
}

/**
 * @param {any} server
 * @throws ERR_IPC_ASSURED_TRANSPORT, ERR_IPC_ASSURED_TLS, ERR_IPC_TLS_CONFIGURATION
 */
function assureServer({ config, path: place, port, udp4, udp6, parser }) {
  const assured = parser.profile === 'assured'
  const { tls } = config
  if (port === undefined) {
    if (assured) assureLocal(config, place)
    return
  }
  if (assured && (!tls || udp4 || udp6)) throw refuse('TLS for network servers')
  if (!tls || udp4 || udp6) return
  if (!(tls.pfx || ((tls.key || tls.private) && (tls.cert || tls.public)))) {
    throw codedError(
      'ERR_IPC_TLS_CONFIGURATION',
      'a TLS server needs a key and a certificate: set tls.key and tls.cert, or the files tls.private and tls.public'
    )
  }
  if (assured) checkMutual(config, tls.requestCert === true && tls.rejectUnauthorized === true)
}

/** @param {any} config @param {string} place */
function assureLocal({ socketRoot, secureSocketRoot }, place) {
  if (process.platform === 'win32') throw refuse('another transport than the pipes of Windows')
  if (!secureSocketRoot) throw refuse('secureSocketRoot for local sockets')
  if (!socketRoot || path.dirname(path.resolve(place)) !== path.resolve(socketRoot)) {
    throw refuse('a local socket that is directly inside socketRoot')
  }
}

module.exports = { assureClient, assureServer }
