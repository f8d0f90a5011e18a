'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { between, CUTS } = require('../common/between')
const { directory, eachTransport, local, tcp } = require('../common/places')
const { run } = require('../common/processes')
const { messages } = require('./programs/matrix')

const PROGRAM = path.join(__dirname, 'programs', 'interop.js')
const ORIGINAL = 'nssocket'
const NAMES = { subject: 'the drop-in', [ORIGINAL]: 'nssocket 0.6.0' }

const PAIRS = [
  ['subject', ORIGINAL],
  [ORIGINAL, 'subject'],
  ['subject', 'subject']
]

async function converse(t, [client, server], address, { set = 'all', rounds = 1, cut, tls } = {}) {
  const serving = run(t, PROGRAM, { library: server, role: 'server', address, settings: tls?.server })
  await serving.report('ready')
  const target = cut ? await between(t, address, cut) : address
  const calling = run(t, PROGRAM, {
    library: client,
    role: 'client',
    address: target,
    set,
    rounds,
    settings: tls?.client
  })
  t.deepEqual(await calling.report('done'), [messages(set).length * rounds])
  t.deepEqual(calling.all('wrong'), [])
  return { serving, calling }
}

for (const pair of PAIRS) {
  const who = `client ${NAMES[pair[0]]}, server ${NAMES[pair[1]]}`

  eachTransport(test.serial, `NS-36: the matrix of messages, ${who}`, async (t, address) => {
    const { serving, calling } = await converse(t, pair, address, { rounds: 3 })
    await calling.tell('end')
    t.deepEqual((await calling.success()).at(-1), ['close', 0])
    t.deepEqual(await serving.report('close'), [0])
    await serving.tell('close')
    t.false((await serving.success()).some(([type]) => type === 'error'))
  })

  for (const [name, cut] of Object.entries(CUTS)) {
    test.serial(`NS-36: small messages ${name}, ${who}`, async (t) => {
      await converse(t, pair, await local(t), { set: 'small', cut })
    })
  }

  for (const ending of ['end', 'destroy']) {
    eachTransport(test.serial, `NS-36: the server's ${ending}, ${who}`, async (t, address) => {
      const { serving, calling } = await converse(t, pair, address, { set: 'small' })
      await serving.tell(ending)
      t.deepEqual(await calling.report('close'), [0])
      await calling.success()
    })
  }

  eachTransport(test.serial, `NS-36: the client is killed, ${who}`, async (t, address) => {
    const { serving, calling } = await converse(t, pair, address, { set: 'small' })
    await calling.kill()
    await serving.report('close')
    await again(t, pair[0], address)
  })
}

/** One more client at a server that is there. */
async function again(t, library, address) {
  const calling = run(t, PROGRAM, { library, role: 'client', address, set: 'small', rounds: 1 })
  await calling.report('done')
  t.deepEqual(calling.all('wrong'), [])
}

// From Node 24 on the original, which leaves it to Node, refuses such a path.
const NODE_CUTS = Number(process.versions.node.split('.')[0]) < 24

for (const pair of NODE_CUTS ? PAIRS : PAIRS.slice(2)) {
  const who = `client ${NAMES[pair[0]]}, server ${NAMES[pair[1]]}`
  test.serial(`CM-2: a path of 140 bytes, ${who}`, async (t) => {
    const folder = directory(t)
    await converse(t, pair, { path: path.join(folder, 'x'.repeat(139 - folder.length)) }, { set: 'small' })
  })
}

// The original has servers for TLS; its clients throw.
test.serial('NS-36: TLS with mutual certificates, client the drop-in, server nssocket 0.6.0', async (t) => {
  const file = (name) => fs.readFileSync(path.join(__dirname, 'certificates', name), 'utf8')
  const own = (name) => ({
    type: 'tls',
    key: file(`${name}.key`),
    cert: file(`${name}.crt`),
    ca: file('authority.crt')
  })
  const tls = {
    server: { ...own('server'), requestCert: true, rejectUnauthorized: true },
    client: own('client')
  }
  const { serving, calling } = await converse(t, ['subject', ORIGINAL], await tcp(), { tls })
  await calling.tell('end')
  t.deepEqual(await calling.report('close'), [0])
  t.deepEqual(await serving.report('close'), [0])
})

test.serial('NS-36: the original resets the connection, or is killed', async (t) => {
  for (const ending of ['reset', 'kill']) {
    const { serving, calling } = await converse(t, ['subject', ORIGINAL], await tcp(), { set: 'small' })
    if (ending === 'reset') await serving.tell('reset')
    else await serving.kill()
    const [length] = await calling.report('close')
    t.is(length, calling.count('error') > 0 ? 2 : 0)
    if (ending === 'reset') t.deepEqual(calling.all('error'), [['ECONNRESET']])
    await calling.success()
  }
})
