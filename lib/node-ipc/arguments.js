'use strict'

// The overloads of the methods: which of the arguments is which. Anything may be left out as long as the order is kept.

const { defaultPath } = require('./paths')

/** @param {unknown} value @returns {any} the value if it is a function */
function callable(value) {
  return typeof value === 'function' ? value : undefined
}

/**
 * connectTo(id[, path][, callback])
 * @param {any} config @param {any} id @param {any} path @param {any} callback
 */
function connectTo(config, id, path, callback) {
  if (typeof path === 'function') return { path: defaultPath(config, id), callback: path }
  return { path: path || defaultPath(config, id), callback: callable(callback) }
}

/**
 * connectToNet(id[, host][, port][, callback])
 * @param {any} config @param {any} host @param {any} port @param {any} callback
 */
function connectToNet(config, host, port, callback) {
  if (typeof host === 'number') [host, port, callback] = [undefined, host, port]
  if (typeof host === 'function') [host, port, callback] = [undefined, undefined, host]
  if (typeof port === 'function') [port, callback] = [undefined, port]
  return { host: host || config.networkHost, port: port || config.networkPort, callback: callable(callback) }
}

/**
 * serve([path][, callback])
 * @param {any} config @param {any} path @param {any} callback
 */
function serve(config, path, callback) {
  return connectTo(config, config.id, path, callback)
}

/**
 * serveNet([host][, port][, UDPType][, callback])
 * @param {any} config @param {any} host @param {any} port @param {any} udp @param {any} callback
 */
function serveNet(config, host, port, udp, callback) {
  if (typeof host === 'number') [host, port, udp, callback] = [undefined, host, port, udp]
  else if (typeof host === 'function') [host, port, udp, callback] = [undefined, undefined, undefined, host]
  else if (typeof host === 'string' && /^udp[46]$/i.test(host)) {
    ;[host, port, udp, callback] = [undefined, undefined, host.toLowerCase(), port]
  } else if (typeof port === 'string') [port, udp, callback] = [undefined, port, udp]
  if (typeof port === 'function') [port, udp, callback] = [undefined, undefined, port]
  if (typeof udp === 'function') [udp, callback] = [undefined, udp]

  host ||= config.networkHost
  if (udp === 'udp4' && host === '::1') host = '127.0.0.1'
  return { host, port: port || config.networkPort, udp: udp || undefined, callback: callable(callback) }
}

module.exports = { connectTo, connectToNet, serve, serveNet }
