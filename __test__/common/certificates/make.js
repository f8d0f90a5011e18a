'use strict'

// Made the certificates beside this file, with the command line program of OpenSSL 3: `node make.js`. They are valid for
// a hundred years, so that nobody has to do it again, and worth nothing to anybody.

const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const FROM = '20200101000000Z'
const TO = '21200101000000Z'
const HOSTS = 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1'
const AUTHORITY = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign'
const SERVER = `${HOSTS}\nextendedKeyUsage=serverAuth`

const work = fs.mkdtempSync(path.join(os.tmpdir(), 'certificates-'))
const at = (name) => path.join(work, name)
const keep = (name, text) => fs.writeFileSync(path.join(__dirname, name), text)
const read = (name) => fs.readFileSync(at(name), 'latin1')
const openssl = (...args) => execFileSync('openssl', args, { cwd: work, stdio: ['ignore', 'pipe', 'pipe'] })

fs.writeFileSync(
  at('ca.cnf'),
  `[ca]
default_ca = x
[x]
dir = .
database = index
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
unique_subject = no
email_in_dn = no
copy_extensions = none
[any]
commonName = supplied
organizationName = optional
`
)
fs.writeFileSync(at('index'), '')
fs.writeFileSync(at('serial'), '1000')

function key(name, algorithm = ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256']) {
  openssl('genpkey', '-algorithm', ...algorithm, '-out', `${name}.key`)
  keep(`${name}.key`, read(`${name}.key`))
}

/** `name.pem` for the key of `of`, signed by `issuer` (itself, if they are the same). */
function certificate(name, { of = name, issuer, cn = name, extensions, from = FROM, to = TO, extra = '' }) {
  openssl('req', '-new', '-key', `${of}.key`, '-subj', `/O=test/CN=${cn}`, '-out', `${name}.csr`)
  fs.writeFileSync(at('ext'), extensions)
  const by = issuer === name ? ['-selfsign'] : ['-cert', `${issuer}.pem`]
  const signing = ['-keyfile', `${issuer === name ? of : issuer}.key`, ...by]
  const dates = ['-startdate', from, '-enddate', to]
  const files = ['-in', `${name}.csr`, '-out', `${name}.pem`, '-extfile', 'ext']
  openssl('ca', '-batch', '-notext', '-config', 'ca.cnf', ...signing, ...dates, ...files)
  keep(`${name}.pem`, read(`${name}.pem`) + extra)
}

key('ca')
certificate('ca', { issuer: 'ca', cn: 'test root', extensions: AUTHORITY })
key('server')
certificate('server', { issuer: 'ca', cn: 'localhost', extensions: SERVER })
key('client')
certificate('client', { issuer: 'ca', extensions: 'extendedKeyUsage=clientAuth' })

// What is wrong with each is in its name.
const bad = { of: 'server', issuer: 'ca', cn: 'localhost', extensions: SERVER }
certificate('expired', { ...bad, to: '20210101000000Z' })
certificate('early', { ...bad, from: '21100101000000Z' })
certificate('wrong-host', { ...bad, extensions: 'subjectAltName=DNS:elsewhere.invalid' })

key('other-ca')
certificate('other-ca', { issuer: 'other-ca', cn: 'other root', extensions: AUTHORITY })
certificate('stranger', { ...bad, issuer: 'other-ca' })
key('stranger-client')
certificate('stranger-client', { issuer: 'other-ca', extensions: 'extendedKeyUsage=clientAuth' })
certificate('expired-client', {
  of: 'client',
  issuer: 'ca',
  extensions: 'extendedKeyUsage=clientAuth',
  to: '20210101000000Z'
})

// An authority between root and server; with it and without.
key('middle')
certificate('middle', { issuer: 'ca', cn: 'middle', extensions: AUTHORITY })
certificate('chained', { ...bad, issuer: 'middle', extra: read('middle.pem') })
keep('chain-missing.pem', read('chained.pem'))
certificate('chained-stranger', {
  ...bad,
  issuer: 'other-ca',
  extra: read('other-ca.pem')
})

// Signed by one that is no authority.
certificate('by-server', { ...bad, issuer: 'server', cn: 'below', extra: read('server.pem') })

// As `openssl req -x509` makes them: its own authority.
key('self', ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'])
certificate('self', {
  issuer: 'self',
  cn: 'localhost',
  extensions: `${HOSTS}\nbasicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid`
})
// As old recipes make them: version 1, no extensions at all.
openssl('req', '-new', '-key', 'self.key', '-subj', '/CN=localhost', '-out', 'v1.csr')
openssl('x509', '-req', '-days', '36500', '-in', 'v1.csr', '-signkey', 'self.key', '-out', 'v1.pem')
keep('v1.pem', read('v1.pem'))

openssl('pkcs8', '-topk8', '-in', 'server.key', '-passout', 'pass:secret', '-out', 'encrypted.key')
keep('encrypted.key', read('encrypted.key'))
openssl('ec', '-in', 'server.key', '-aes128', '-passout', 'pass:secret', '-out', 'encrypted-old.key')
keep('encrypted-old.key', read('encrypted-old.key'))

fs.rmSync(work, { recursive: true })
