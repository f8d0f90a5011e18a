'use strict'

// Opens something, and leaves it to that whether the process ends.

const engine = require('../../../lib/engine')
const { report, options } = require('../../common/report')

const { what, own, there } = options()
const protocol = { framing: { mode: 'delimiter', delimiter: '\f' }, codec: 'json' }
const listener = () => new engine.Listener(protocol, {})
const connect = () => engine.connect(there, protocol, {})
const open = () => report('open')

function retry() {
  const timer = new engine.Retry(() => report('fired'))
  timer.arm({ delay: 60_000 })
  return timer
}

const cases = {
  nothing: open,
  listener: () => listener().listen(own, open),
  'closed listener': () => {
    const it = listener()
    it.listen(own, () => it.close(open))
  },
  'unreferenced listener': () => {
    const it = listener()
    it.listen(own, () => open(it.unref()))
  },
  'listener unreferenced before it listens': () => {
    listener().unref().listen(own)
    process.nextTick(open)
  },
  'listener referenced again': () => {
    const it = listener()
    it.listen(own, () => open(it.unref().ref()))
  },
  connection: () => connect().on('connect', open),
  'unreferenced connection': () => {
    const it = connect()
    it.on('connect', () => open(it.unref()))
  },
  'connection unreferenced while connecting': () => open(connect().unref()),
  'destroyed connection': () => {
    const it = connect()
    it.on('connect', () => open(it.destroy()))
  },
  retry: () => open(retry()),
  'unreferenced retry': () => open(retry().unref()),
  'cancelled retry': () => open(retry().cancel()),

  // The end of the last thing that is open is told, although nothing is open behind it.
  'told connecting': () => {
    const side = { closed: () => report('closed') }
    const it = engine.connect({ host: 'a.name', port: 1, lookup() {} }, protocol, side)
    const other = listener()
    other.listen(own)
    setImmediate(() => {
      it.destroy()
      other.close()
    })
  },
  'told connection': () => {
    const it = listener()
    const side = { opened: (connection) => connection.destroy(), closed: () => report('closed') }
    it.listen(own, () => {
      engine.connect(own.path ? own : { ...own, port: it.address().port }, protocol, side)
      it.on('connection', () => it.close())
    })
  },
  'told listener': () => {
    const it = listener()
    it.listen(own)
    it.close(() => report('closed'))
  }
}
cases[what]()
setTimeout(() => report('later'), 300).unref()
