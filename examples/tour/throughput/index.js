'use strict'

// How fast it is beside node's own net: index.js measures, sender.js and receiver.js are the two processes of a measurement,
// wires.js the two ways of carrying an event.

const { Player } = require('../player')

const SLICE_MS = 250
const SLICES = 4

/** One way of talking: a process that receives and a process that sends, ready to be measured. */
async function open(wire, place) {
  const address = place.address(`speed-${wire}`)
  const receiver = new Player('throughput/receiver.js', address, wire)
  await receiver.report('listening')
  const sender = new Player('throughput/sender.js', address, wire)
  await sender.report('connected')
  return { wire, receiver, sender, rates: [] }
}

async function slice({ wire, sender, rates }) {
  sender.tell({ ms: SLICE_MS })
  const { sent, received, ms } = await sender.report('done')
  if (sent !== received) throw new Error(`${wire}: ${sent} messages sent, ${received} received in order`)
  rates.push(received / (ms / 1000))
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Messages a second, by napi-ipc and by node's net. They take turns, so that both see the same machine. */
async function compare(place) {
  const lanes = [await open('napi-ipc', place), await open('net', place)]
  for (let turn = 0; turn < SLICES; turn++) {
    for (const lane of lanes) await slice(lane)
  }
  for (const { sender, receiver } of lanes) {
    sender.tell({ leave: true })
    await sender.ended
    receiver.tell({ leave: true })
    await receiver.ended
  }
  // In the first turn the compiler of V8 is still at work.
  const [ours, net] = lanes.map(({ rates }) => median(rates.slice(1)))
  return { ours, net }
}

module.exports = { compare }
