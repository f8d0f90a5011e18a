'use strict'

const RAW_STRING = /^b?r(#*)"/
const STRING = /^[bc]?"(?:[^"\\]|\\[^])*"/
// A quote that opens a character, not a lifetime.
const CHARACTER = /^b?'(?:[^'\\\n]|\\(?:[^u]|u\{[^}]*\}|x[0-9a-fA-F]{2}))'/

/**
 * The code of a Rust file alone: comments and the contents of literals become blanks, so that every
 * remaining word is one the compiler sees, on the line it was on.
 */
function code(text) {
  let out = ''
  let at = 0
  const blank = (length) => {
    out += text.slice(at, at + length).replace(/[^\n]/g, ' ')
    at += length
  }
  while (at < text.length) {
    const inWord = /\w/.test(text[at - 1] ?? '')
    const rest = text.slice(at, at + 80)
    if (rest.startsWith('//')) {
      blank(lineEnd(text, at) - at)
    } else if (rest.startsWith('/*')) {
      blank(blockCommentEnd(text, at) - at)
    } else if (!inWord && RAW_STRING.test(rest)) {
      const [opening, hashes] = RAW_STRING.exec(rest)
      const end = text.indexOf(`"${hashes}`, at + opening.length)
      blank((end === -1 ? text.length : end + 1 + hashes.length) - at)
    } else if (!inWord && /^[bc]?"/.test(rest)) {
      blank(STRING.exec(text.slice(at))?.[0].length ?? text.length - at)
    } else if (!inWord && CHARACTER.test(rest)) {
      blank(CHARACTER.exec(rest)[0].length)
    } else {
      out += text[at++]
    }
  }
  return out
}

function lineEnd(text, at) {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end
}

// Block comments nest in Rust.
function blockCommentEnd(text, at) {
  let depth = 0
  for (const mark of text.slice(at).matchAll(/\/\*|\*\//g)) {
    depth += mark[0] === '/*' ? 1 : -1
    if (depth === 0) return at + mark.index + 2
  }
  return text.length
}

module.exports = { code }
