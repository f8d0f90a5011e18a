'use strict'

/**
 * TLS as a program asks for it, in the words of `tls.connect` and `tls.createServer`: options checked and prepared, and
 * what a handshake brought told as a `tls.TLSSocket` tells it.
 */

const { readFileSync } = require('node:fs')
const { isIP } = require('node:net')

const { argumentTypeError, codedError } = require('./errors')
const { addon } = require('./native-addon')

// Loaded when somebody asks for TLS: together they take a tenth of the time in which a process starts.
const crypto = () => require('node:crypto')
const tls = () => require('node:tls')

/** As Node's: patience with a handshake, ms. */
const HANDSHAKE_TIMEOUT = 120000

/** What cannot be done here, and the way out. */
const UNSUPPORTED = {
  pfx: 'give "key" and "cert" as PEM instead',
  ciphers:
    'leave it out: the suites of TLS 1.3 and the ECDHE suites of TLS 1.2 with AES-GCM or ChaCha20 are used',
  secureProtocol: 'use "minVersion" and "maxVersion" instead',
  secureContext: 'give "key", "cert" and "ca" instead',
  secureOptions: 'leave it out: TLS 1.2 and 1.3 are spoken, without compression and renegotiation',
  sigalgs: 'leave it out',
  crl: 'check revocation with "checkServerIdentity", or use certificates that do not live long',
  SNICallback: 'give several "cert" and "key", or use a server for each name',
  ALPNCallback: 'use "ALPNProtocols" instead',
  pskCallback: 'use certificates instead',
  pskIdentityHint: 'use certificates instead',
  privateKeyEngine: 'give "key" instead',
  clientCertEngine: 'give "key" and "cert" instead',
  ticketKeys: 'leave it out',
  allowPartialTrustChain: 'put the root that signed the certificate into "ca"'
}

const VERSIONS = ['TLSv1.2', 'TLSv1.3']

function unsupported(option, wayOut) {
  const message = `the TLS option "${option}" is not available here: ${wayOut}`
  return codedError(Error, 'ERR_IPC_UNSUPPORTED_TLS_OPTION', message, { option })
}

function checkSupported(options) {
  for (const [option, wayOut] of Object.entries(UNSUPPORTED)) {
    if (options[option]) throw unsupported(option, wayOut)
  }
  if (options.ecdhCurve && options.ecdhCurve !== 'auto') throw unsupported('ecdhCurve', 'leave it out')
  for (const option of ['minVersion', 'maxVersion']) {
    const version = options[option]
    if (version && !VERSIONS.includes(version)) throw unsupported(option, 'TLSv1.2 and TLSv1.3 can be spoken')
  }
  if (options.dhparam) {
    const detail = 'keys are agreed on by elliptic curves, the TLS option "dhparam" has no effect'
    process.emitWarning(detail, { code: 'NAPI_IPC_DHPARAM_IGNORED' })
  }
}

const list = (value) => (Array.isArray(value) ? value : value ? [value] : [])

function pem(value, option) {
  if (typeof value === 'string' || ArrayBuffer.isView(value)) return Buffer.from(value)
  throw argumentTypeError(
    `options.${option}`,
    'of type string or an instance of Buffer, TypedArray, or DataView',
    value
  )
}

/** A private key in the one form the native side reads, decrypted by Node itself. */
function privateKey(given, passphrase) {
  const [key, secret] =
    given?.pem === undefined ? [given, passphrase] : [given.pem, given.passphrase ?? passphrase]
  const object = crypto().createPrivateKey({ key: pem(key, 'key'), format: 'pem', passphrase: secret })
  const { asymmetricKeyType: type, asymmetricKeyDetails: { modulusLength, namedCurve } = {} } = object
  if (type === 'rsa' ? modulusLength < 2048 : type !== 'ec' && type !== 'ed25519') {
    throw unsupported(
      'key',
      `a key of type ${type}${modulusLength ? ` with ${modulusLength} bits` : ''} cannot be used`
    )
  }
  if (type === 'ec' && namedCurve === 'secp521r1') {
    throw unsupported('key', 'of elliptic curves, prime256v1 and secp384r1 can be used')
  }
  return object.export({ format: 'der', type: 'pkcs8' })
}

/** The authorities Node trusts; told to the native side when they are needed for the first time. */
function tellUsualAuthorities() {
  if (addon.Tls.hasUsualAuthorities()) return
  if (tls().getCACertificates) {
    addon.Tls.setUsualAuthorities(tls().getCACertificates('default'))
    return
  }
  const { NODE_EXTRA_CA_CERTS: extra } = process.env
  const more = []
  try {
    if (extra) more.push(readFileSync(extra, 'latin1'))
  } catch {
    // Node has warned of it when it started.
  }
  addon.Tls.setUsualAuthorities([...tls().rootCertificates, ...more])
}

/** The wire's form of a protocol list, taken apart. */
function protocols(value) {
  if (!value) return []
  if (Array.isArray(value)) return value.map((name) => Buffer.from(name))
  const bytes = pem(value, 'ALPNProtocols')
  const names = []
  for (let at = 0; at < bytes.length; at += bytes[at] + 1)
    names.push(bytes.subarray(at + 1, at + 1 + bytes[at]))
  return names
}

const MISFITS = {
  certificate: ['ERR_OSSL_PEM_NO_START_LINE', 'a certificate or authority is no PEM'],
  key: ['ERR_IPC_UNSUPPORTED_TLS_OPTION', 'a key of this kind cannot be used'],
  mismatch: ['ERR_OSSL_X509_KEY_VALUES_MISMATCH', 'key values mismatch'],
  missing: ['ERR_IPC_TLS_CONFIGURATION', 'a TLS server needs "key" and "cert"']
}

function native(options, server) {
  checkSupported(options)
  const { key, cert, ca, passphrase, minVersion, maxVersion, ALPNProtocols } = options
  // Node's own look at key and certificates: what it finds has Node's own words. An empty list of authorities keeps it
  // from reading all its own.
  if (key || cert || ca) tls().createSecureContext({ key, cert, ca: ca || [], passphrase })
  const keys = list(key).map((one) => privateKey(one, passphrase))
  const certificates = list(cert).map((one) => pem(one, 'cert'))
  const requestCertificate = server && Boolean(options.requestCert)
  const authorities = ca ? list(ca).map((one) => pem(one, 'ca')) : undefined
  if (authorities === undefined && (!server || requestCertificate)) tellUsualAuthorities()
  try {
    return new addon.Tls({
      server,
      keys,
      certificates,
      authorities,
      requestCertificate,
      rejectUnauthorized: rejects(options, server),
      alpn: protocols(ALPNProtocols),
      only12: maxVersion === 'TLSv1.2',
      only13: minVersion === 'TLSv1.3',
      handshakeTimeout: options.handshakeTimeout || HANDSHAKE_TIMEOUT
    })
  } catch (error) {
    const [code, message] = MISFITS[error.message] ?? ['ERR_IPC_TLS_CONFIGURATION', error.message]
    throw codedError(Error, code, message)
  }
}

function rejects({ rejectUnauthorized }, server) {
  if (rejectUnauthorized !== undefined) return rejectUnauthorized !== false
  return server || process.env.NODE_TLS_REJECT_UNAUTHORIZED !== '0'
}

/**
 * Prepares the connecting side.
 *
 * @param {import('node:tls').ConnectionOptions} options
 * @param {string} host the host connected to, if the options name none
 * @returns {{ native: object, serverName: string | undefined, check: (session: Session) => Error | undefined }}
 */
exports.clientTls = function clientTls(options, host) {
  const { servername, checkServerIdentity = tls().checkServerIdentity } = options
  const name = servername || options.host || host || 'localhost'
  const rejectUnauthorized = rejects(options, false)
  return {
    native: native(options, false),
    // An empty name asks for none, an IP address must not be sent as one.
    serverName: servername === '' || isIP(name) ? undefined : name,
    /** What is wrong with the server, if it matters; written into the session in any case. */
    check(session) {
      const error = session.error ?? checkServerIdentity(name, session.certificate(true))
      session.authorized = !error
      session.authorizationError = error ? error.code || error.message : null
      return error && rejectUnauthorized ? error : undefined
    }
  }
}

/** Prepares the accepting side. */
exports.serverTls = function serverTls(options) {
  return { native: native(options, true), requestCert: Boolean(options.requestCert) }
}

/** A key and a certificate for `names`, made on the spot: PEM texts. */
exports.selfSigned = function selfSigned(names) {
  return addon.Tls.selfSigned(names)
}

/** The error that two lines from the native side (code and reason) stand for. */
exports.tlsError = function tlsError(text, target) {
  const [code, reason] = text.split('\n')
  if (!code.startsWith('ERR_SSL_'))
    return codedError(Error, code, reason, code === 'ECONNRESET' ? target : undefined)
  return codedError(Error, code, `SSL routines::${reason}`, { library: 'SSL routines', reason })
}

/** What a handshake brought. */
class Session {
  #certificates
  /** The peer was looked at and found good. */
  authorized = false
  /** Why not: Node's code. */
  authorizationError = null

  constructor({ code, reason, protocol, cipher, alpn, serverName, certificates }) {
    this.protocol = protocol
    this.cipher = cipher
    this.alpnProtocol = alpn ? Buffer.from(alpn).toString() : false
    this.servername = serverName ?? false
    this.#certificates = certificates
    /** What is wrong with the peer's certificate. */
    this.error = code ? codedError(Error, code, reason) : null
  }

  /** The peer's certificate in the form of `tls.TLSSocket.getPeerCertificate`. */
  certificate(detailed) {
    if (this.#certificates.length === 0) return {}
    const { X509Certificate } = crypto()
    const chain = this.#certificates.map((raw) => new X509Certificate(Buffer.from(raw)))
    const objects = chain.map((certificate) => certificate.toLegacyObject())
    if (detailed) {
      for (const [at, object] of objects.entries()) {
        const issuer = chain.findIndex((other) => chain[at].checkIssued(other))
        if (issuer !== -1) object.issuerCertificate = objects[issuer]
      }
    }
    return objects[0]
  }

  /** The same as an `X509Certificate`. */
  x509() {
    const { X509Certificate } = crypto()
    return this.#certificates.length > 0 ? new X509Certificate(Buffer.from(this.#certificates[0])) : undefined
  }

  /** `{ name, standardName, version }` of the suite, as Node names them. */
  describeCipher() {
    const standardName = this.cipher.replace(/^TLS13_/, 'TLS_')
    const name = standardName.includes('_WITH_')
      ? standardName
          .replace(/^TLS_/, '')
          .replace(/_SHA256$/, (hash) => (standardName.includes('CHACHA20') ? '' : hash))
          .replace('_WITH_', '_')
          .replace(/AES_(\d+)/, 'AES$1')
          .replaceAll('_', '-')
      : standardName
    return { name, standardName, version: this.protocol }
  }
}

exports.Session = Session
