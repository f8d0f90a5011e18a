'use strict'

// Reads out of a test runner's output what failed. A log is often cut, or long: what failed is said again at
// its end.

// Of one failure; what an assertion prints can be as long as what it compared.
const LINES = 30
const NOISE = /^\s*$|^ *at .*(?:node_modules|node:internal)/

/** What failed in cargo's output, without terminal colours: `{ title, details }` each. */
function cargoFailures(text) {
  return [...text.matchAll(/^test (.+) \.\.\. FAILED$/gm)].map(([, title]) => {
    const from = text.indexOf(`---- ${title} stdout ----`)
    return { title, details: from === -1 ? [] : text.slice(from).split('\n\n', 1)[0].split('\n').slice(1) }
  })
}

/** The same of ava: tests and hooks, and what happened outside of them (a crash, a file that did not end). */
function avaFailures(text) {
  const explained = explanations(text)
  const titles = [...explained.keys()].sort((a, b) => b.length - a.length)
  const what =
    /^ *(?:[✘×] (?:\[fail\]: )?|(?:◌|\( \)) (?=.* › )|(?=Uncaught ex|Unhandled rej|Failed to exit))(.+)$/gm
  return [...text.matchAll(what)].map(([whole, line]) => {
    // Behind the title its line has the message.
    const title = titles.find((one) => line === one || line.startsWith(`${one} `))
    if (title === undefined) return { title: line, details: following(text, whole) }
    return { title, details: explained.get(title) }
  })
}

/** Title → lines of ava's explanation, which it gives between two rules when all is over. */
function explanations(text) {
  const between = /^ *[─-]\n([^]+)^ *[─-]$/m.exec(text)?.[1] ?? ''
  return new Map(
    between.split('\n\n\n\n').map((explanation) => {
      const [title, ...details] = explanation.trim().split('\n')
      return [title, details]
    })
  )
}

/** An exception is explained where it is mentioned, until the next result. */
function following(text, line) {
  const rest = text.slice(text.indexOf(line) + line.length)
  return rest.split(/^ *[✔√✘×─] ?/m, 1)[0].split('\n')
}

/** A failure to show: its title after `failed:`, then how. */
function describe(where, { title, details }) {
  const lines = details.filter((line) => !NOISE.test(line)).slice(0, LINES)
  return [`failed: ${where}: ${title}`, ...lines].join('\n')
}

module.exports = { cargoFailures, avaFailures, describe }
