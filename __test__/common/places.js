'use strict'

const fs = require('node:fs')
const net = require('node:net')
const os = require('node:os')
const path = require('node:path')

/** A directory of the test's own, gone when the test is over. */
function directory(t) {
  const name = fs.mkdtempSync(path.join(os.tmpdir(), 'nit-'))
  t.teardown(() => fs.rmSync(name, { recursive: true, force: true }))
  return name
}

/** A port nobody listens on, fresh from the operating system. */
function freePort(host = '127.0.0.1') {
  return new Promise((resolve, reject) => {
    const probe = net.createServer()
    probe.on('error', reject)
    probe.listen(0, host, () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

/** The address of a local socket that nobody uses, in the form of net.connect. */
const local = async (t) => ({ path: path.join(directory(t), 's') })

/** The same for TCP. */
const tcp = async () => ({ host: '127.0.0.1', port: await freePort() })

/** Registers one test per stream transport; the body is given the address as its second argument. */
function eachTransport(test, title, body) {
  test(`${title} (local)`, async (t) => body(t, await local(t)))
  test(`${title} (TCP)`, async (t) => body(t, await tcp()))
}

module.exports = { directory, freePort, local, tcp, eachTransport }
