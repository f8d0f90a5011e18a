'use strict'

/**
 * The forms in which `net.Server` is told where to listen: `(options)`, `(path)`, `(port, host, backlog)`, nothing at all,
 * each with a callback behind.
 *
 * @param {any[]} args
 * @returns {{ address: Record<string, any>, callback: (() => void) | undefined }}
 */
exports.listenArguments = function listenArguments(args) {
  const [first] = args
  const callback = args.find((arg) => typeof arg === 'function')
  if (typeof first === 'object' && first !== null) {
    if (!('port' in first || 'path' in first)) throw new TypeError('listen needs a "port" or a "path"')
    return { address: first, callback }
  }
  const later = (type) => args.find((arg, at) => at > 0 && typeof arg === type)
  const where =
    typeof first === 'string' && isNaN(first)
      ? { path: first }
      : { port: typeof first === 'function' ? 0 : first, host: later('string') }
  return { address: { ...where, backlog: later('number') }, callback }
}
