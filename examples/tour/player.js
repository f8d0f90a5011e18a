'use strict'

const path = require('node:path')
const { fork } = require('node:child_process')

const players = new Set()
let fail
const failure = new Promise((resolve, reject) => {
  fail = reject
})

/** A process of the tour, as seen by the one that directs it. */
class Player {
  /** Rejected when a process ends in a way it should not. */
  static failure = failure

  #child
  #killed = false
  #reports = []
  #waiting = []

  constructor(file, ...args) {
    this.name = args[1] ?? path.basename(file, '.js')
    this.#child = fork(path.join(__dirname, file), args)
    this.#child.on('error', fail)
    this.#child.on('message', (report) => this.#received(report))
    this.ended = new Promise((resolve) =>
      this.#child.on('exit', (code, signal) => this.#exited(code, signal, resolve))
    )
    players.add(this)
  }

  tell(command) {
    this.#child.send(command)
  }

  /** The next report of this event. Reports are kept until somebody asks for them. */
  report(event) {
    const at = this.#reports.findIndex((report) => report.event === event)
    if (at !== -1) return Promise.resolve(this.#reports.splice(at, 1)[0])
    return new Promise((resolve) => this.#waiting.push({ event, resolve }))
  }

  /** Whether there is such a report that nobody has asked for. */
  has(event) {
    return this.#reports.some((report) => report.event === event)
  }

  kill() {
    this.#killed = true
    this.#child.kill('SIGKILL')
  }

  static async killAll() {
    for (const player of players) player.kill()
    await Promise.all([...players].map((player) => player.ended))
  }

  #received(report) {
    const at = this.#waiting.findIndex(({ event }) => event === report.event)
    if (at === -1) this.#reports.push(report)
    else this.#waiting.splice(at, 1)[0].resolve(report)
  }

  #exited(code, signal, resolve) {
    players.delete(this)
    if (code !== 0 && !this.#killed) fail(new Error(`${this.name} ended with ${signal ?? `code ${code}`}`))
    resolve()
  }
}

module.exports = { Player }
