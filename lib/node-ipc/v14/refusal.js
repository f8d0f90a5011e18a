'use strict'

/**
 * Why this client or server cannot be opened, or undefined if it can. This generation has local sockets and TCP.
 * @param {{ config: any, port?: number, udp4?: boolean, udp6?: boolean }} end
 */
function refusal({ config, port, udp4, udp6 }) {
  if (udp4 || udp6) return unsupported(udp4 ? 'udp4' : 'udp6')
  // Local sockets never use TLS, whatever the config says.
  if (port !== undefined && config.tls) return unsupported('config.tls')
  return undefined
}

/** @param {string} option */
function unsupported(option) {
  return Object.assign(new Error(`the transport asked for by ${option} is not available`), {
    code: 'ERR_IPC_UNSUPPORTED_TRANSPORT',
    option
  })
}

module.exports = { refusal }
