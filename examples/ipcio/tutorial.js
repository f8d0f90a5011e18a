'use strict'

// A server and a client: commands in both directions. Run without arguments it is the server, and starts itself once more
// as the client.

const { fork } = require('node:child_process')
const ipcio = require('napi-ipc/ipcio')

function server() {
  // A name of its own, so that nothing else on the machine is met.
  const domain = `example-${process.pid}`
  const exampleServer = new ipcio.Server(
    { domain },
    {
      example_request_command: (container) => {
        console.log(`server: ${container.name} sends ${container.data}`)
        // Send a command by calling the server instance...
        exampleServer.emit(container.name, 'example_response_command', 'example response data')
      },
      other_request_command: (container) => {
        console.log(`server: ${container.name} sends ${container.data}`)
        // ...or by calling the socket of the client.
        container.socket.writeCommand('other_response_command', 'other response data')
      }
    }
  )
  exampleServer.start()
  fork(__filename, [domain]).on('exit', () => exampleServer.close())
}

function client(domain) {
  const exampleClient = new ipcio.Client(
    { name: 'example_client', domain },
    {
      example_response_command: ({ data }) => console.log(`client: example response with ${data}`),
      other_response_command: ({ data }) => {
        console.log(`client: other response with ${data}`)
        exampleClient.close()
      }
    }
  )
  exampleClient.connect().then(async () => {
    await exampleClient.send('example_request_command', 'example request data')
    await exampleClient.send('other_request_command', 'other request data')
    console.log('client: both requests have been sent')
  })
}

const [domain] = process.argv.slice(2)
if (domain) client(domain)
else server()
