'use strict'

// Where a server may listen: the directory of its socket, and what may be in its place.

const fs = require('node:fs')
const path = require('node:path')

const { codedError } = require('./errors')

/** @param {string} root @param {string} place whether it is somewhere below the root */
function isInside(root, place) {
  const relative = path.relative(path.resolve(root), path.resolve(place))
  return relative !== '' && relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative)
}

/**
 * Sees to it that the directory for local sockets is there and, if asked for, this user's alone.
 * @param {any} config @param {string} place the path of the socket
 * @throws ERR_IPC_SOCKET_ROOT, and what the file system throws
 */
function prepareRoot({ socketRoot, secureSocketRoot }, place) {
  if (!socketRoot || !isInside(socketRoot, place)) return
  // The slash at its end would lead through a link.
  const root = path.resolve(socketRoot)
  const existing = fs.lstatSync(root, { throwIfNoEntry: false })
  if (existing === undefined || !secureSocketRoot) fs.mkdirSync(root, { recursive: true, mode: 0o700 })
  if (secureSocketRoot) secure(root)
}

/** @param {string} root */
function secure(root) {
  const stat = fs.lstatSync(root)
  if (!stat.isDirectory()) throw codedError('ERR_IPC_SOCKET_ROOT', 'socketRoot must be a real directory')
  if (process.getuid && stat.uid !== process.getuid()) {
    throw codedError('ERR_IPC_SOCKET_ROOT', 'socketRoot must be owned by the current user')
  }
  if ((stat.mode & 0o077) !== 0) fs.chmodSync(root, stat.mode & 0o700)
}

/**
 * Refuses to take the place of anything but a socket.
 * @param {string} place
 * @throws ERR_IPC_UNLINK_NOT_SOCKET
 */
function checkPlace(place) {
  let stat
  try {
    stat = fs.lstatSync(place, { throwIfNoEntry: false })
  } catch {
    // Where nothing can be looked up nothing will be removed either; listening says what is wrong.
  }
  if (stat && !stat.isSocket()) {
    throw codedError('ERR_IPC_UNLINK_NOT_SOCKET', `there is something else than a socket at ${place}`)
  }
}

module.exports = { isInside, prepareRoot, checkPlace }
