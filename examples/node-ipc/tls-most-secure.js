'use strict'

// TLS where both know each other: the server takes only clients whose certificate it knows. The keys and certificates
// are made with the command line program of OpenSSL, which this example needs.
// Run without arguments it is the server, and starts itself once more for two clients: a known one and a stranger.

const { execFileSync, fork } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const ipc = require('napi-ipc/node-ipc')

Object.assign(ipc.config, { silent: true, stopRetrying: true })

/** A key and a certificate signed by itself, `<name>.key` and `<name>.pem`. */
function make(directory, name) {
  const file = (extension) => path.join(directory, `${name}.${extension}`)
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30']
  const names = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1']
  const files = ['-keyout', file('key'), '-out', file('pem')]
  execFileSync('openssl', ['req', '-x509', ...kind, ...names, ...files], { stdio: 'ignore' })
}

/** The options of one who has a key, and trusts some others. */
function options(directory, name, ...trusted) {
  return {
    private: path.join(directory, `${name}.key`),
    public: path.join(directory, `${name}.pem`),
    trustedConnections: trusted.map((other) => path.join(directory, `${other}.pem`))
  }
}

function server() {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
  try {
    for (const name of ['server', 'friend', 'stranger']) make(directory, name)
  } catch {
    console.log('This example needs the program openssl.')
    fs.rmSync(directory, { recursive: true })
    return
  }
  ipc.config.networkPort = 0
  ipc.config.tls = { ...options(directory, 'server', 'friend'), requestCert: true, rejectUnauthorized: true }

  ipc.serveNet('127.0.0.1', () => {
    const { address, port } = ipc.server.server.address()
    console.log('server: listening by TLS')
    const start = (name) => fork(__filename, [address, String(port), directory, name])
    start('stranger').on('exit', () => {
      start('friend').on('exit', () => {
        ipc.server.stop()
        fs.rmSync(directory, { recursive: true })
      })
    })
  })
  ipc.server.on('message', (text, socket) => {
    console.log('server: received', text, 'from', socket.getPeerCertificate().subject.CN)
    ipc.server.emit(socket, 'message', `${text}, too`)
  })
  ipc.server.start()
}

function client(host, port, directory, name) {
  ipc.config.tls = options(directory, name, 'server')
  ipc.connectToNet('world', host, port, () => {
    const { world } = ipc.of
    world.emit('message', 'hello')
    world.on('message', (text) => {
      console.log(`${name}: received`, text)
      ipc.disconnect('world')
    })
    world.on('disconnect', () => console.log(`${name}: disconnected`))
  })
}

const [host, port, directory, name] = process.argv.slice(2)
if (host) client(host, Number(port), directory, name)
else server()
