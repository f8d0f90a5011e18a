'use strict'

// What is measured with each subject. A scenario says what its value means and has two halves, one for each
// process:
//
//   server(subject, address, listening)  serves until its process is told to end
//   client(subject, address)             -> { connected: Promise, run(ms): Promise<result>, close() }
//
// `cores` says which core each process stays on, where the system can do that.
//
// A result is { count, ms, samples, faults, cpu }: how many messages in which time, the latencies seen (in ms),
// what was lost, out of order or changed, and the microseconds of CPU both processes spent.

const { oneWay } = require('./one-way')
const { pingPong } = require('./ping-pong')
const { broadcast } = require('./broadcast')

module.exports = {
  bursts: oneWay({ size: 64, burst: 100, ahead: 10, title: 'bursts of 100' }),
  saturated: oneWay({ size: 64, burst: 100, ahead: 80, title: 'bursts of 100, 80 bursts on their way' }),
  large: oneWay({ size: 65536, burst: 1, ahead: 10, title: 'one a turn' }),
  'ping-pong': pingPong({ size: 64, title: 'a core each', cores: { server: 0, client: 1 } }),
  'one-core': pingPong({ size: 64, title: 'both on one core', cores: { server: 0, client: 0 } }),
  broadcast: broadcast({ size: 64, burst: 20, clients: 100 })
}
