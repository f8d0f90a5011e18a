'use strict'

const { randomInt } = require('node:crypto')
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

// Below what operating systems give to those who connect, or listen on port 0: a port that is free stays so until it is used.
const [FIRST_PORT, LAST_PORT] = [10000, 32000]

/** A port nobody listens on, nor any other test is about to. */
async function freePort(host = '127.0.0.1') {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT)
    // Processes run side by side. Whoever has the name has the port, until it ends.
    if (process.platform === 'linux' && !(await listens(`\0nit-port-${port}`))) continue
    const probe = await listens(port, host)
    if (probe === null) continue
    await new Promise((resolve) => probe.close(resolve))
    return port
  }
}

/** Not every machine has it. */
const ipv6 = Object.values(os.networkInterfaces()).some((list) =>
  list.some(({ address }) => address === '::1')
)

/** Where to be by UDP, of each kind there is here. */
const UDP_HOSTS = { udp4: '127.0.0.1', ...(ipv6 && { udp6: '::1' }) }

/** A server that listens there, which holds no process alive; null if the place is taken. */
function listens(...place) {
  return new Promise((resolve, reject) => {
    const server = net.createServer().unref()
    server.on('error', (error) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)))
    server.listen(...place, () => resolve(server))
  })
}

/** Where the local socket `name` of a folder is; Windows has pipes for that, whose names are no files. */
function socketIn(folder, name = 's') {
  if (process.platform !== 'win32') return path.join(folder, name)
  return `\\\\.\\pipe\\${path.basename(folder)}-${name}`
}

/** The address of a local socket that nobody uses, in the form of net.connect. */
const local = async (t) => ({ path: socketIn(directory(t)) })

/** The same for TCP. */
const tcp = async () => ({ host: '127.0.0.1', port: await freePort() })

/** Registers one test per stream transport; the body is given the address as its second argument. */
function eachTransport(test, title, body) {
  test(`${title} (local)`, async (t) => body(t, await local(t)))
  test(`${title} (TCP)`, async (t) => body(t, await tcp()))
}

module.exports = { directory, socketIn, freePort, ipv6, UDP_HOSTS, local, tcp, eachTransport }
