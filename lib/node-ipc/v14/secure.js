'use strict'

// TLS: the options as this generation reads them, from a copy of the config.

const fs = require('node:fs')

/** @param {unknown} value */
const list = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value])

/**
 * A config with TLS options whose files have been read; programs find theirs as they left it.
 * @param {any} config
 * @param {boolean} serves
 * @throws what fs.readFileSync throws
 */
function secured(config, serves) {
  if (!config.tls) return config
  const { private: key, public: cert, trustedConnections, ...tls } = config.tls
  if (key) tls.key = fs.readFileSync(key)
  if (cert) tls.cert = fs.readFileSync(cert)
  if (trustedConnections) {
    const trusted = list(trustedConnections).map((file) => fs.readFileSync(file))
    tls.ca = [...list(tls.ca), ...trusted]
  }
  if (serves) {
    // Whoever names authorities means to have clients checked by them.
    if (tls.ca) tls.requestCert = true
    if (tls.requestCert) tls.rejectUnauthorized = true
  }
  return { ...config, tls }
}

module.exports = { secured }
