'use strict'

// What somebody who watches for open handles (jest --detectOpenHandles) is told of the engine's.

const { createHook } = require('node:async_hooks')
const { report, options } = require('../../common/report')

const { own } = options()
const handles = []
createHook({
  init(id, type, trigger, resource) {
    if (type === 'napi-ipc') handles.push(resource)
  }
}).enable()

const engine = require('../../../lib/engine')
const protocol = { framing: { mode: 'delimiter', delimiter: '\f' }, codec: 'json' }
const tell = (when) =>
  report(
    when,
    handles.map((handle) => handle.hasRef())
  )

async function main() {
  tell('loaded')
  const listener = new engine.Listener(protocol, {})
  await new Promise((resolve) => listener.listen(own, resolve))
  tell('listening')
  listener.unref()
  tell('unreferenced')
  listener.ref()
  tell('referenced')
  await new Promise((resolve) => listener.close(resolve))
  // What it holds on to for the sake of `close` is let go of behind it.
  setImmediate(tell, 'closed')
}

main()
