'use strict'

// A client that sends messages in bursts to a server that sends them back, and compares; reports what happens.

const { isDeepStrictEqual } = require('node:util')

const { library } = require('./library')
const { report, obey, options } = require('../../common/report')
const { messages } = require('../../interop/messages')

const BURSTS = [1, 2, 10, 100, 500]

const { name, address, count } = options()
// What is falsy cannot be sent by itself.
const all = messages(count).map(([, data]) => data || { nothing: data })

const client = library(name).createClient({
  socketFile: address.path,
  log: { debug() {}, info() {}, warn() {}, error() {} },
  retryInterval: 50,
  sendWelcomeMessage: true
})

let sent = 0
let back = 0
let bursts = 0
const burst = () => {
  const end = Math.min(count, sent + BURSTS[bursts++ % BURSTS.length])
  while (sent < end) client.send(all[sent++])
}
client.onMessage((wrapper) => {
  const { mid, ts, message } = wrapper
  if (message === 'greetings') {
    report('greetings')
    if (count > 0) burst()
    return
  }
  if (back === count) {
    report('message', message)
    return
  }
  // Members that JSON has no form for are left out on the way.
  const expected = JSON.parse(JSON.stringify(all[back]))
  if (
    !isDeepStrictEqual(message, expected) ||
    Object.keys(wrapper).join() !== 'mid,ts,message' ||
    !mid ||
    !ts
  ) {
    report(
      'wrong',
      back,
      String(JSON.stringify(expected)).slice(0, 100),
      String(JSON.stringify(wrapper)).slice(0, 200)
    )
  }
  if (++back === count) report('done', back)
  else if (back === sent) burst()
})
const { endHandler } = client
client.endHandler = () => {
  report('end')
  endHandler()
}
client.start()
obey({ send: (message) => client.send(message), stop: (message) => client.stop(message) })
