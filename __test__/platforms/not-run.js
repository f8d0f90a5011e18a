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
const UNDER_WAY =
  'only connecting tells whether a pipe is served: an attempt under way may meet a server that comes a moment later'
const UNREAD = 'closing a pipe with bytes unread is an end, no reset, as in Node'
const SIGNAL = 'Windows cannot stop a process for a while'
const CLUSTER = 'workers of a cluster share descriptors, and Windows has none'
const RAW =
  'the raw peer is made of node:net, which drops on destroy() what it has not written yet; on Windows it never writes at once'
const TWICE =
  'wine: FILE_FLAG_FIRST_PIPE_INSTANCE is ignored, so that a name can be served twice, by node:net too'
const SLOW = 'wine: ten thousand connections take longer than the test waits'
const RESET = 'wine: a connection that is reset loses what was received before, by node:net too'
const PACE = 'wine: how long something takes says nothing about Windows'
const POLLED =
  'wine: a UDP port that is being polled is now and then freed a moment late, with tokio alone too'
const KILLED =
  'wine: a process that is killed sometimes leaves its TCP connections open (3 of 120), those of node:net too'
const LOOKS = 'wine: the original looks for the pipe as for a file, and none is found there'
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
  'node-ipc/offline.test.js': { 'NI-60: a * that emits while its * is killed (TCP)': KILLED },
  'node-ipc/parting.test.js': { 'CM-3: what a peer wrote before destroy() * (local)': RAW },
  'node-ipc/retry.test.js': { 'NI-25: a server that is killed and restarted: * (TCP)': KILLED },
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
  'node-ipc/udp.test.js': { 'a group can be joined': CODES, 'stop frees the port there and then, *': POLLED },
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
  'nssocket/idle.test.js': { 'NS-29: end() in the idle handler * (local)': HALF },
  'nssocket/interop.test.js': {
    'CM-2: *': FILE,
    'NS-36: the client is killed, * (TCP)': KILLED,
    'NS-36: the original resets the connection, or is killed': KILLED
  },
  'nssocket/lifetime.test.js': { 'CM-6: 10000 connections *': SLOW },
  'nssocket/reconnect.test.js': {
    'NS-26: a server process that is killed and comes back (local)': FILE,
    'NS-26: a server process that is killed and comes back (TCP)': KILLED
  },
  'nssocket/server.test.js': {
    'CM-1: the socket file *': FILE,
    'NS-34: an address in use is an error event, *': TWICE
  },
  'nssocket/tls.test.js': { 'NS-35: mutual TLS survives that the server process is killed *': KILLED },

  'ipcio/hostile.test.js': { 'half-open handshakes have a limit, *': FILE },
  'ipcio/offline.test.js': {
    'IO-27: discover survives a server that is replaced': SIGNAL,
    'IO-31: a regular file at the path is not removed': FILE,
    'a second server takes the domain over, *': STAYS
  },
  'ipcio/wire.test.js': {
    'IO-6: the private socket is there *': FILE,
    'a private listener does not outlive *': FILE
  },

  'socket-model/examples.test.js': FORM,
  'socket-model/files.test.js': {
    'SM-22: when start() returns the socket is there': FILE,
    'SM-22: the file of a killed server is replaced': FILE,
    'SM-22: so is that of a live one, *': FILE,
    'SM-22: the server that lost its path *': FILE,
    'SM-22: a regular file is not deleted *': FILE,
    'SM-22: nor a symbolic link, *': FILE,
    'SM-22: removeSocketFileOnStart: false leaves the file *': FILE,
    'SM-22: removeSocketFileOnStart: false does not disturb a live server *': TWICE,
    'SM-22: after an error start() can be tried again *': FILE,
    'the mode of the socket file *': FILE
  },
  'socket-model/interop.test.js': {
    'SM-28: *, client socket-model 0.91.29, *': LOOKS,
    'SM-28: the drop-in server stops, the original client *': LOOKS,
    'SM-28: both write the same, clientBytes': LOOKS
  },
  'socket-model/reading.test.js': {
    'CM-3: what a peer wrote before destroy() *': RAW,
    'CM-3: what a client wrote is delivered before the close *': RAW,
    'SM-9: a client that sends and stops at once can still be answered': HALF,
    'SM-9: what a server sent is handled before its end, *': HALF
  },
  'socket-model/reconnect.test.js': {
    'SM-16: what was sent before the server ended the connection *': HALF,
    'SM-16: a connection that was reset *': UNREAD,
    'SM-16: a client survives the kill and the restart *': FILE,
    'SM-16: a client that has nobody to talk to any more *': HALF,
    'SM-17: retryInterval is the time between attempts *': FILE,
    'SM-17: a retryInterval of *': FILE,
    'SM-18: nor after a reset': UNREAD
  },
  'socket-model/stop.test.js': {
    'SM-19: after stop() messages still arrive *': HALF,
    'SM-20: an attempt that fails after stop() *': FILE,
    'SM-20: stop() before there is a server *': UNDER_WAY,
    'SM-20: stop() while attempts fail *': FILE,
    // As with NI-31.
    'SM-21: start() at once, while the old clients *': TWICE
  }
}
