'use strict'

// What of the suite does not run on Windows, and why: by file, either all of it or by titles, in which `*` stands for
// anything. What only wine cannot do begins with `wine:`; on a Windows of its own it is to run.

const FILE = 'a pipe is no file: there is nothing to unlink, to replace, to cut or to give a mode'
const FORM = 'takes a path in a directory for a socket; on Windows that is no name of a pipe'
const HALF =
  'a pipe has no half-closed state: 50 ms after the peer has read everything its end is closed, as in Node'
const STAYS =
  'the name of a pipe stays as long as one of its connections; who comes meanwhile waits, as in Node'
const ASSURED = 'the assured parser refuses pipes, in whose place no directory keeps others out'
const NO_USER_ID = 'looks for a directory of the user, who has no number on Windows'
const SIGNAL = 'Windows cannot stop a process for a while'
const CLUSTER = 'workers of a cluster share descriptors, and Windows has none'
const RAW =
  'the raw peer is made of node:net, which drops on destroy() what it has not written yet; on Windows it never writes at once'
const TWICE =
  'wine: FILE_FLAG_FIRST_PIPE_INSTANCE is ignored, so that a name can be served twice, by node:net too'
const SLOW = 'wine: ten thousand connections take longer than the test waits'
const RESET = 'wine: a connection that is reset loses what was received before, by node:net too'
const PACE = 'wine: how long something takes says nothing about Windows'
const CODES = 'wine: another error number than Windows gives, by node:dgram too'

module.exports = {
  'node-ipc/cluster.test.js': CLUSTER,
  'node-ipc/connect-to.test.js': { 'NI-5: the path is made of socketRoot, appspace and id': FORM },
  'node-ipc/cycles.test.js': SLOW,
  'node-ipc/examples.test.js': { '*cluster.js*': CLUSTER, '*raw.js*': FORM },
  'node-ipc/files.test.js': {
    'NI-50:*': FILE,
    'NI-53:*': FILE,
    'NI-51: unlink=false with the file of a dead one too': FILE,
    'NI-51: unlink=false with a live server is EADDRINUSE': TWICE,
    'CM-1: listening in a missing directory is EACCES': FILE,
    'CM-1: connecting in a missing directory is ENOENT': FILE
  },
  'node-ipc/large.test.js': { 'CM-8: 64 MiB in 64 KiB chunks *': PACE },
  'node-ipc/long-path.test.js': FILE,
  'node-ipc/parting.test.js': { 'CM-3: what a peer wrote before destroy() * (local)': RAW },
  'node-ipc/server-close.test.js': {
    'NI-31: after stop() nobody new gets in (local)': STAYS,
    // The name is served again before the last handle of the stopped server is closed; Windows would have waited.
    'NI-31: a stopped server starts again (local)': TWICE
  },
  'node-ipc/start.test.js': {
    'NI-9: the path is made of socketRoot, appspace and id': FORM,
    'NI-9: the socket file is there *': FILE
  },
  'node-ipc/threads.test.js': { 'CM-10: terminating a hundred workers *': FILE },
  'node-ipc/tls-failures.test.js': { 'a client with no certificate (TLS 1.3) is turned away': RESET },
  'node-ipc/udp.test.js': { 'a group can be joined': CODES },
  'node-ipc/unhandled-error.test.js': { 'NI-44: of a listener': TWICE },

  'node-ipc-v14/examples.test.js': { '*assured.mjs*': ASSURED, '*custom.mjs*': FORM, '*guarded.mjs*': FORM },
  'node-ipc-v14/exports.test.js': { 'NI-4: the directory of local sockets *': NO_USER_ID },
  'node-ipc-v14/files.test.js': {
    'NI-50:*': FILE,
    'NI-51: with unlink off *': FILE,
    'NI-54: a root that is a link or a file': FILE,
    'NI-54: the root is made*': FILE
  },
  'node-ipc-v14/guarded.test.js': {
    'assured: only events on the list': ASSURED,
    'NI-58: a frame that takes too long (assured) (local)': ASSURED
  },
  'node-ipc-v14/methods.test.js': { 'NI-53: readableAll and writableAll *': FILE },

  'socket-ipc/client-close.test.js': { 'SI-22: what the server sends after close(), *': HALF },
  'socket-ipc/examples.test.js': FORM,
  'socket-ipc/files.test.js': FILE,
  'socket-ipc/instances.test.js': { 'CM-6: 10000 connections *': SLOW },
  'socket-ipc/interop.test.js': {
    'SI-30: the server resets the connection, client the original, *': 'node:net says `write EOF` on Windows'
  },
  'socket-ipc/large.test.js': { 'CM-8: 64 MiB in 64 KiB chunks *': PACE },
  'socket-ipc/once.test.js': { 'SI-20: listen() after an error throws': TWICE },
  'socket-ipc/parting.test.js': { 'CM-3: what a peer wrote before destroy() *': RAW },
  'socket-ipc/retry.test.js': { 'SI-13: ECONNREFUSED at a file *': FILE },
  'socket-ipc/server-close.test.js': {
    'SI-21: close() in the turn of listen()': FILE,
    'SI-21: closed, then close, and the file is gone': FILE,
    'SI-21: what clients send after close(), *': HALF,
    'SI-21: they come when the last connection has ended': HALF,
    'SI-21: close() after listen() has failed emits both': TWICE
  },
  'socket-ipc/throwing.test.js': { 'SI-26: without an error handler of the client *': HALF },

  'nssocket/connect.test.js': { 'NS-21: a local path that nobody serves any more is refused': FILE },
  'nssocket/ending.test.js': { 'NS-23: what the peer still sends after end is delivered (local)': HALF },
  'nssocket/examples.test.js': FORM,
  'nssocket/idle.test.js': {
    'NS-29: end() in the idle handler * (local)': HALF,
    'NS-29: end() in the idle handler * (TCP)': PACE
  },
  'nssocket/interop.test.js': { 'CM-2: *': FILE },
  'nssocket/lifetime.test.js': { 'CM-6: 10000 connections *': SLOW },
  'nssocket/reconnect.test.js': { 'NS-26: a server process that is killed and comes back (local)': FILE },
  'nssocket/server.test.js': {
    'CM-1: the socket file *': FILE,
    'NS-34: an address in use is an error event, *': TWICE
  },

  'ipcio/hostile.test.js': { 'half-open handshakes have a limit, *': FILE },
  'ipcio/offline.test.js': {
    'IO-27: discover survives a server that is replaced': SIGNAL,
    'IO-31: a regular file at the path is not removed': FILE,
    'a second server takes the domain over, *': STAYS
  },
  'ipcio/wire.test.js': {
    'IO-6: the private socket is there *': FILE,
    'a private listener does not outlive *': FILE
  }
}
