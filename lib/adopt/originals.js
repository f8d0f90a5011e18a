'use strict'

/**
 * The packages there are drop-ins for, the lines of their versions, and the versions that must not run anywhere.
 * A line is what its dependents can be switched within: the API and the wire are the same all along it.
 *
 * No range takes in a version of the original. npm compares the version alone where a lock file has the name already, and would leave
 * the original there.
 */

const { parse } = require('./version')

const ORIGINALS = {
  // 10 to 12 are 9 as an ES module, judged by their documentation: the same messages, the same files, and a CommonJS build with
  // `default`. None of them may be installed to see.
  'node-ipc': {
    facade: '@napi-ipc/node-ipc',
    lines: [
      { majors: [9, 10, 11, 12], range: '^9.3.0' },
      { majors: [14], range: '^14.1.0' }
    ]
  },
  nssocket: { facade: '@napi-ipc/nssocket', lines: [{ majors: [0], range: '^0.6.10' }] },
  ipcio: { facade: '@napi-ipc/ipcio', lines: [{ majors: [0], range: '^0.6.10' }] },
  '@crussell52/socket-ipc': { facade: '@napi-ipc/socket-ipc', lines: [{ majors: [0], range: '^0.4.10' }] },
  'socket-model': { facade: '@napi-ipc/socket-model', lines: [{ majors: [0], range: '^0.92.20' }] }
}

const STEALER = 'steals credentials when it is loaded (May 2026)'
const NOTE = 'writes files to the desktop through the package peacenotwar (March 2022)'
const WIPER = 'overwrites files, by the location of the machine (March 2022)'

const MALWARE = {
  'node-ipc': [
    {
      is: ({ version }) => ['9.1.6', '9.2.3', '12.0.1'].includes(version),
      advisories: ['MAL-2026-3744'],
      what: STEALER
    },
    {
      is: ({ version }) => ['10.1.1', '10.1.2'].includes(version),
      advisories: ['GHSA-97m3-w2cp-4xx6', 'CVE-2022-23812'],
      what: WIPER
    },
    { is: ({ version }) => version === '9.2.2', advisories: ['GHSA-8gr3-2gjw-jj7g'], what: NOTE },
    { is: ({ major }) => major === 11, advisories: ['GHSA-3mpp-xfvh-qh37'], what: NOTE }
  ]
}

const isOriginal = (name) => Object.hasOwn(ORIGINALS, name)
const FACADES = new Map(Object.entries(ORIGINALS).map(([name, { facade }]) => [facade, name]))

/** The npm alias that stands in for this version or range, or undefined if no drop-in was tested for its line. */
function replacement(name, version) {
  const { facade, lines } = ORIGINALS[name]
  const major = Number(/\d+/.exec(version)?.[0] ?? NaN)
  const line = lines.find(({ majors }) => majors.includes(major))
  return line && { spec: `npm:${facade}@${line.range}`, major }
}

/** What is known against this version: `{ advisories, what }` or undefined. */
function malware(name, version) {
  const parsed = parse(version)
  const known = parsed && MALWARE[name]?.find(({ is }) => is(parsed))
  return known && { advisories: known.advisories, what: known.what }
}

/** True of the values this command writes. */
const isOurs = (spec) =>
  typeof spec === 'string' && [...FACADES.keys()].some((facade) => spec.startsWith(`npm:${facade}@`))

module.exports = { FACADES, ORIGINALS, isOriginal, isOurs, malware, replacement }
