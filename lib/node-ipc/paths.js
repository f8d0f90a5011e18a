'use strict'

const PIPE = '\\\\.\\pipe\\'

/**
 * The name of the Windows pipe which stands for a Unix socket path: `/tmp/app.world` → `\\.\pipe\tmp-app.world`.
 * A pipe name is left alone, so that mapping twice gives the same pipe.
 * @param {string} path
 */
function pipeName(path) {
  if (path.startsWith(PIPE)) return path
  return PIPE + path.replace(/^\//, '').replace(/\//g, '-')
}

/**
 * The address to use on this platform for the socket path a program gave.
 * @param {string} path
 * @param {string} [platform]
 */
function localPath(path, platform = process.platform) {
  return platform === 'win32' ? pipeName(path) : path
}

/**
 * Where the service `id` is found if no path is given.
 * @param {{ socketRoot: string, appspace: string }} config
 * @param {unknown} id
 */
function defaultPath(config, id) {
  return config.socketRoot + config.appspace + id
}

module.exports = { pipeName, localPath, defaultPath }
