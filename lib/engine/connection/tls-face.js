'use strict'

const { engine } = require('../crossing')
const { Session } = require('../tls')
const { Endpoint } = require('./endpoint')

/** What a `tls.TLSSocket` tells of its session. */
class TlsFace extends Endpoint {
  /** What the handshake brought. */
  #session = null

  /** Whether the peer's certificate was asked for and is to be trusted. */
  get authorized() {
    return this.#session?.authorized ?? false
  }

  /** The code of what is wrong with the peer's certificate, or null. */
  get authorizationError() {
    return this.#session?.authorizationError ?? null
  }

  /** The protocol agreed on by ALPN, or false. */
  get alpnProtocol() {
    return this.#session?.alpnProtocol ?? false
  }

  /** The name of the server that the client asked for, or false. */
  get servername() {
    return this.#session?.servername ?? false
  }

  /** `TLSv1.2`, `TLSv1.3`; null before the handshake is done, and without TLS. */
  getProtocol() {
    return this.#session?.protocol ?? null
  }

  /** `{ name, standardName, version }` of the cipher suite. */
  getCipher() {
    return this.#session?.describeCipher()
  }

  /** The peer's certificate; an empty object if it has none. */
  getPeerCertificate(detailed = false) {
    return this.#session?.certificate(detailed) ?? {}
  }

  /** The same as a `crypto.X509Certificate`. */
  getPeerX509Certificate() {
    return this.#session?.x509()
  }

  /** @internal The handshake is done. @returns {Session} */
  _shaken() {
    return (this.#session = new Session(engine.session(this._number)))
  }

  /** @internal The handshake of an accepted connection is done. */
  _authenticate(requestCert) {
    const session = this._shaken()
    if (!requestCert) return
    session.authorized = session.error === null
    session.authorizationError = session.error?.code ?? null
  }
}

exports.TlsFace = TlsFace
