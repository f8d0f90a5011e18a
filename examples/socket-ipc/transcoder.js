'use strict'

// Messages of a format of one's own: a length, the topic, a zero, and bytes as they are.
// Server and client are in one process here; nothing changes if they are not.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { Server, Client } = require('napi-ipc/socket-ipc')

const transcoder = {
  // Decoders get Buffers.
  socketEncoding: null,

  createEncoder() {
    return ({ topic, message }, callback) => {
      if (!Buffer.isBuffer(message)) {
        callback(new TypeError('only Buffers can be sent'))
        return
      }
      const name = Buffer.from(`${topic}\0`)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(name.length + message.length)
      callback(null, Buffer.concat([length, name, message]))
    }
  },

  // Once for each connection: what is left of a chunk belongs to the next one.
  createDecoder() {
    let rest = Buffer.alloc(0)
    return (chunk, callback) => {
      rest = Buffer.concat([rest, chunk])
      const wrappers = []
      while (rest.length >= 4) {
        const end = 4 + rest.readUInt32BE()
        if (rest.length < end) break
        const zero = rest.indexOf(0, 4)
        wrappers.push({ topic: rest.toString('utf8', 4, zero), message: rest.subarray(zero + 1, end) })
        rest = rest.subarray(end)
      }
      callback(null, wrappers)
    }
  }
}

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
const socketFile = path.join(directory, 'socket')
const server = new Server({ socketFile, transcoder })
const client = new Client({ socketFile, transcoder })

server.on('listening', () => client.connect())
server.on('message.image', (bytes, clientId) => {
  console.log('server: got', bytes)
  server.send('size', Buffer.from([bytes.length]), clientId)
})
client.on('connect', () => {
  client.send('image', 'text')
  client.send('image', Buffer.from([0xff, 0x00, 0x80, 0x00]))
})
client.on('error', ({ message }) => console.log('client:', message))
client.on('message.size', (bytes) => {
  console.log('client: they were', bytes[0])
  client.close()
  server.close()
})
server.on('close', () => fs.rmSync(directory, { recursive: true }))
server.listen()
