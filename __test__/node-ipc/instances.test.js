'use strict'

const test = require('ava')
const { instance, start, connected } = require('./support')
const { next, Recorder } = require('../common/events')
const { local, eachTransport } = require('../common/places')
const { dial } = require('../common/raw')

eachTransport(
  test,
  'CM-9: instances with different delimiters do not influence each other',
  async (t, address) => {
    const second = await local(t)
    const newline = { hub: instance(t, { delimiter: '\n' }), spoke: instance(t, { delimiter: '\n' }) }
    const several = { hub: instance(t, { delimiter: '<end>' }), spoke: instance(t, { delimiter: '<end>' }) }
    const servers = [await start(newline.hub, address), await start(several.hub, second)]
    const clients = [await connected(newline.spoke, address), await connected(several.spoke, second)]
    for (const server of servers) server.on('m', (data, socket) => server.emit(socket, 'm', ['back', data]))
    const logs = clients.map((client) => new Recorder(client, ['m', 'error']))
    for (const [which, client] of clients.entries()) {
      for (const text of ['plain', '\f', '\n', 'a\fb\nc']) client.emit('m', [which, text])
    }
    for (const [which, log] of logs.entries()) {
      await log.seen('m', 4)
      t.deepEqual(
        log.all('m').map(([data]) => data),
        ['plain', '\f', '\n', 'a\fb\nc'].map((text) => ['back', [which, text]])
      )
      t.is(log.count('error'), 0)
    }
  }
)

test('CM-9: each instance writes its own delimiter', async (t) => {
  const [one, two] = [await local(t), await local(t)]
  const first = await start(instance(t, { delimiter: '\n' }), one)
  const second = await start(instance(t), two)
  const accepted = [next(first, 'connect'), next(second, 'connect')]
  const peers = [await dial(t, one), await dial(t, two)]
  await Promise.all(accepted)
  first.broadcast('m', 1)
  second.broadcast('m', 2)
  t.is((await peers[0].bytes(22)).toString(), '{"type":"m","data":1}\n')
  t.is((await peers[1].bytes(22)).toString(), '{"type":"m","data":2}\f')
})

eachTransport(
  test,
  'CM-9: framed text is UTF-8 whatever encoding one of the instances has',
  async (t, address) => {
    const text = 'é€😀'
    for (const encoding of ['hex', 'ascii', 'latin1', 'base64', 'utf16le', 'utf8']) {
      const here = await local(t)
      const odd = await start(instance(t, { encoding }), address.path ? here : address)
      odd.on('m', (data, socket) => odd.emit(socket, 'm', data))
      const where = address.path ? here : address
      const log = new Recorder()
      for (const config of [{ encoding }, {}]) {
        const client = await connected(instance(t, config), where)
        log.follow(client, ['m', 'error'])
        client.emit('m', text)
      }
      await log.seen('m', 2)
      t.deepEqual(log.events, [
        ['m', text],
        ['m', text]
      ])
      const closed = next(odd.server, 'close')
      odd.stop()
      for (const socket of [...odd.sockets]) socket.destroy()
      await closed
    }
  }
)
