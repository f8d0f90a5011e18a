'use strict'

// A tour of napi-ipc: one server process and three client processes talk over a Unix socket in a directory
// of their own. This process only directs: it tells the others what to do, through the channel that
// child_process.fork gives it, and waits for what they report. See server.js and client.js for the API.

const { once } = require('node:events')
const { version } = require('napi-ipc')
const { Player } = require('./player')
const { openPlace } = require('./place')
const { compare } = require('./throughput')

const NAMES = ['ada', 'bob', 'cid']
const MIB = 1024 * 1024
// Nothing below waits for time to pass. This only ends a tour in which an event never came.
const DEADLINE_MS = 30_000

let step = 0

function say(title, detail) {
  console.log(` ${String(++step).padStart(2)}  ${title.padEnd(28)}${detail}`)
}

/** What every client has to report before the tour goes on. */
function all(clients, event) {
  return Promise.all(clients.map((client) => client.report(event)))
}

async function startServer(address) {
  const server = new Player('server.js', address)
  await server.report('listening')
  return server
}

async function talk(server, clients) {
  for (const [index, client] of clients.entries()) client.tell({ do: 'ask', number: index + 5 })
  const answers = await all(clients, 'answer')
  say('events both ways', answers.map(({ number, square }) => `${number}² = ${square}`).join(', '))

  // The broadcast comes after the note on every connection, so whoever has heard only the broadcast was
  // not meant by the note.
  server.tell({ do: 'note', to: 'bob', text: 'for you alone' })
  server.tell({ do: 'broadcast', text: 'for everybody' })
  const heard = await all(clients, 'broadcast')
  const noted = clients.filter((client) => client.has('note')).map(({ name }) => name)
  if (noted.join() !== 'bob') throw new Error(`the note for bob reached ${noted.join(', ') || 'nobody'}`)
  await clients[1].report('note')
  say('targeted emit', 'only bob has the note')
  say('broadcast', `${heard.map(({ name }) => name).join(', ')} have heard "${heard[0].text}"`)
}

async function sendBig(client) {
  client.tell({ do: 'big', bytes: 5 * MIB })
  const { bytes, intact, ms } = await client.report('big')
  if (!intact) throw new Error('the big message came back changed')
  say('one message of 5 MiB', `${bytes / MIB} MiB there and back in ${Math.round(ms)} ms, unchanged`)
}

async function restart(server, clients, address) {
  server.kill()
  await server.ended
  await all(clients, 'disconnect')
  say('server killed', `${NAMES.join(', ')} have seen "disconnect"`)

  const successor = await startServer(address)
  await all(clients, 'welcome')
  for (const client of clients) client.tell({ do: 'ask', number: 12 })
  await all(clients, 'answer')
  say('server started again', `${NAMES.join(', ')} are connected again, by themselves`)
  return successor
}

async function leave(server, clients) {
  for (const client of clients) client.tell({ do: 'leave' })
  await Promise.all(clients.map((client) => client.ended))
  server.tell({ do: 'stop' })
  await server.ended
  say('the end', 'all four processes have ended by themselves')
}

async function measure(place) {
  console.log('\n Two seconds of messages of 64 bytes in bursts of 100, the two taking turns:')
  const { ours, net } = await compare(place)
  const rate = (number) => `${Math.round(number).toLocaleString('en-US').padStart(12)} messages/s`
  console.log(`     napi-ipc            ${rate(ours)}`)
  console.log(`     node's own net      ${rate(net)}`)
  console.log(`     ratio               ${(ours / net).toFixed(2).padStart(12)}`)
}

async function tour(place) {
  const address = place.address('tour')
  console.log(`napi-ipc ${version}: one server, three clients, four processes, one socket\n`)

  const server = await startServer(address)
  say('the server listens', address)

  const clients = NAMES.map((name) => new Player('client.js', address, name))
  await all(clients, 'welcome')
  say('three clients', `${NAMES.join(', ')} are connected`)

  await talk(server, clients)
  await sendBig(clients[2])
  const successor = await restart(server, clients, address)
  await leave(successor, clients)
  await measure(place)
}

async function main() {
  const place = openPlace()
  const interrupted = Promise.race([
    once(process, 'SIGINT').then(() => Promise.reject(new Error('interrupted'))),
    once(process, 'SIGTERM').then(() => Promise.reject(new Error('interrupted'))),
    deadline()
  ])
  try {
    await Promise.race([tour(place), Player.failure, interrupted])
  } catch (error) {
    console.error(`\nThe tour ended early: ${error.message}`)
    process.exitCode = 1
  } finally {
    await Player.killAll()
    place.close()
  }
}

function deadline() {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`still waiting after ${DEADLINE_MS / 1000} s`))
    setTimeout(late, DEADLINE_MS).unref()
  })
}

main()
