'use strict'

// What is measured with each subject. A scenario says what its value means and has two halves, one for each
// process:
//
//   server(subject, address, listening)  serves until its process is told to end
//   client(subject, address)             -> { connected: Promise, run(ms, warmUp): Promise<result>, close() }
//
// `cores` says which core each process stays on, where the system can do that; `node` what the processes' node is
// started with. `quick`: part of the quick run too; `shared`: measured for every dialect, not only node-ipc; `slow`: in one
// round only.
//
// A result is { count, ms, samples, faults, cpu }: how many messages in which time, the latencies seen (in ms),
// what was lost, out of order or changed, and the microseconds of CPU both processes spent.

const { oneWay } = require('./one-way')
const { pingPong } = require('./ping-pong')
const { broadcast } = require('./broadcast')
const { huge } = require('./huge')
const { crowd } = require('./crowd')
const { start } = require('./start')

const KIB = 1024
const MIB = KIB * KIB

module.exports = {
  bursts: {
    ...oneWay({ size: 64, burst: 100, ahead: 10, title: '64 B one way, bursts of 100' }),
    quick: true,
    shared: true
  },
  saturated: oneWay({
    size: 64,
    burst: 100,
    ahead: 80,
    title: '64 B one way, bursts of 100, 80 of them on their way'
  }),
  tick: { ...oneWay({ size: 64, burst: 1, ahead: 100, title: '64 B one way, one a turn' }), quick: true },
  'record-1k': oneWay({
    size: KIB,
    kind: 'record',
    burst: 10,
    ahead: 10,
    title: '1 KiB records, bursts of 10'
  }),
  'string-1k': oneWay({
    size: KIB,
    kind: 'string',
    burst: 10,
    ahead: 10,
    title: '1 KiB strings, bursts of 10'
  }),
  'record-64k': oneWay({
    size: 64 * KIB,
    kind: 'record',
    burst: 1,
    ahead: 10,
    title: '64 KiB records, one a turn'
  }),
  'string-64k': {
    ...oneWay({ size: 64 * KIB, kind: 'string', burst: 1, ahead: 10, title: '64 KiB strings, one a turn' }),
    shared: true
  },
  'record-1m': oneWay({ size: MIB, kind: 'record', burst: 1, ahead: 10, title: '1 MiB records, one a turn' }),
  '16m': huge({ size: 16 * MIB, title: 'one message of 16 MiB' }),
  '64m': huge({ size: 64 * MIB, title: 'one message of 64 MiB' }),
  'ping-pong': {
    ...pingPong({
      size: 64,
      title: '64 B ping-pong, a core each',
      cores: { server: 0, client: 1 }
    }),
    quick: true
  },
  'one-core': {
    ...pingPong({
      size: 64,
      title: '64 B ping-pong, both on one core',
      cores: { server: 0, client: 0 }
    }),
    quick: true
  },
  'broadcast-1': broadcast({ size: 64, burst: 1, clients: 100 }),
  broadcast: { ...broadcast({ size: 64, burst: 20, clients: 100 }), quick: true, shared: true },
  storm: crowd({ clients: 1000, title: '1000 clients, 200 connecting at once' }),
  idle: crowd({ clients: 1000, title: '1000 idle clients', idle: true }),
  start: start({ title: 'a process starts' })
}
