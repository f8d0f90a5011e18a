'use strict'

// The library under test or the original, as a server that sends back what it receives, or as a client that sends the messages of
// the matrix in bursts and compares.

const { isDeepStrictEqual } = require('node:util')

const { subject } = require('../../common/subject')
const { folder } = require('../../common/peers')
const { report, obey, options } = require('../../common/report')
const { messages, echoed } = require('./matrix')

const BURSTS = [1, 2, 10, 100]

const { library, role, address, set, rounds, settings = {} } = options()
const { NsSocket, createServer } = library === 'subject' ? subject('nssocket') : require(folder(library))
const at = address.path ? [address.path] : [address.port, address.host]

/** Calls back with the elements of each message and the socket. */
function receive(socket, received) {
  socket.on(['data', '**'], function (payload) {
    received([...this.event.slice(1), payload], socket)
  })
  socket.on('error', ({ code, message }) => report('error', code ?? message))
  socket.on('close', (...args) => report('close', args.length))
}

function serve() {
  const sockets = []
  const server = createServer(settings, (socket) => {
    sockets.push(socket)
    receive(socket, (elements) => socket.send(elements.slice(0, -1), elements.at(-1)))
    report('accepted')
  })
  server.listen(...at, () => report('ready'))
  obey({
    end: () => sockets.forEach((socket) => socket.end()),
    destroy: () => sockets.forEach((socket) => socket.socket.destroy()),
    reset: () => sockets.forEach((socket) => socket.socket.resetAndDestroy()),
    close: () => server.close()
  })
}

function connect() {
  const all = Array(rounds).fill(messages(set)).flat()
  const socket = new NsSocket(settings)
  let [sent, back, bursts] = [0, 0, 0]
  const burst = () => {
    const end = Math.min(all.length, sent + BURSTS[bursts++ % BURSTS.length])
    while (sent < end) socket.send(...all[sent++])
  }
  receive(socket, (elements) => {
    const expected = echoed(...all[back])
    if (!isDeepStrictEqual(elements, expected)) {
      report('wrong', back, ...[expected, elements].map((list) => JSON.stringify(list).slice(0, 200)))
    }
    if (++back === all.length) report('done', back)
    else if (back === sent) burst()
  })
  socket.on('start', () => {
    report('start')
    burst()
  })
  socket.connect(...at)
  obey({ end: () => socket.end(), destroy: () => socket.destroy() })
}

if (role === 'server') serve()
else connect()
