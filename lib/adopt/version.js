'use strict'

const VERSION = /^v?(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/

/** A version in a lock file, in parts; undefined if it is none (a link, an address). */
function parse(text) {
  const found = VERSION.exec(String(text))
  if (!found) return undefined
  const [, major, minor, patch, pre = ''] = found
  return { major: Number(major), version: `${major}.${minor}.${patch}${pre}` }
}

module.exports = { parse }
