'use strict'

const { spawn } = require('node:child_process')
const path = require('node:path')
const readline = require('node:readline')
const { Recorder } = require('./events')
const { deadline } = require('./deadline')

/**
 * A program in a process of its own. It reports with `report(type, ...args)` of ./report.js (a line of JSON on
 * stdout); the reports are recorded here in order. Whatever else it prints is in `output`.
 */
class Program extends Recorder {
  output = ''

  constructor(t, file, options, { env, cwd, execArgv = [] } = {}) {
    super()
    this.name = path.basename(file)
    this.child = spawn(process.execPath, [...execArgv, file, ...(options ? [JSON.stringify(options)] : [])], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe']
    })
    t.teardown(() => this.kill())
    this.child.stdin.on('error', () => {}) // it may be gone already
    this.child.stderr.on('data', (text) => (this.output += text))
    readline.createInterface({ input: this.child.stdout }).on('line', (line) => this.#line(line))
    this.gone = new Promise((resolve, reject) => {
      this.child.on('error', reject)
      this.child.on('close', (code, signal) => {
        this.add('(gone)', code, signal)
        resolve({ code, signal })
      })
    })
  }

  #line(line) {
    if (line.startsWith('[')) this.add(...JSON.parse(line))
    else this.output += line + '\n'
  }

  /** The arguments of the first report of `type`; fails at once if the program ends without it. */
  async report(type, limit) {
    const reached = (log) => log.count(type) > 0 || log.count('(gone)') > 0
    await this.until(reached, `report '${type}'`, limit).catch((error) => this.#fail(error.message))
    if (this.count(type) === 0) this.#fail(`ended without the report '${type}'`)
    return this.all(type)[0]
  }

  /** Has the program run one of its commands; resolves when that was done. */
  async tell(...command) {
    const before = this.count('(told)')
    this.child.stdin.write(JSON.stringify(command) + '\n')
    await this.seen('(told)', before + 1).catch((error) => this.#fail(error.message))
  }

  kill(signal = 'SIGKILL') {
    this.child.kill(signal)
    return this.gone
  }

  /** How it ended. */
  exit(limit) {
    return deadline(this.gone, 'its end', limit).catch((error) => this.#fail(error.message))
  }

  /** Waits for its end, which must be by itself and without complaint; gives the reports. */
  async success(limit) {
    const { code, signal } = await this.exit(limit)
    if (code !== 0) this.#fail(`ended with ${code ?? signal}`)
    return this.events.filter(([type]) => !type.startsWith('('))
  }

  #fail(message) {
    const reports = JSON.stringify(this.events).slice(0, 2000)
    throw new Error(`${this.name}: ${message}; reports: ${reports}\n${this.output}`)
  }
}

/** Starts the program `file` with `options` (anything JSON can hold). */
const run = (t, file, options, settings) => new Program(t, file, options, settings)

module.exports = { run }
