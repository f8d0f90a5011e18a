'use strict'

// The programs of the documentation as they are written there, with the other name to require.

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { domainOf } = require('./support')
const { directory } = require('../common/places')
const { deadline, state } = require('../common/deadline')
const { run } = require('../common/processes')

const SERVER = `
const ipcio = require("ipcio");
const exampleServer = new ipcio.Server({
    verbose: true,
    domain: "example_domain",
  },
  {
    example_request_command: (container) => {
      console.log("Example command handler triggered.");
      console.log(\`Client name: \${container.name}\`);
      console.log(\`Receiving data: \${container.data}\`);

      // Send command by calling ipcio server instance...
      exampleServer.emit(container.name, "example_response_command", "example response data");
    },
    other_request_command: (container) => {
      console.log("Other command handler triggered.");
      console.log(\`Client name: \${container.name}\`);
      console.log(\`Receiving data: \${container.data}\`);

      let clientSocket = container.socket;

      // ...or by calling client socket instance.
      clientSocket.writeCommand("other_response_command", "other response data");
    },
  })
;

exampleServer.start(); // Synchronous, it is client responsibility to poll for connection.
`

const CLIENT = `
const ipcio = require("ipcio");
const exampleClient = new ipcio.Client({
    verbose: true,
    name: "example_client",
    domain: "example_domain",
  },
  {
    example_response_command: (container) => {
      console.log(\`Received example response command with data: \${container.data}\`);
    },
    other_response_command: (container) => {
      console.log(\`Received other response command with data: \${container.data}\`);
    },
  }
);

exampleClient
  .connect()
  .then(() => {
    setInterval(() => {
      exampleClient
        .send("example_request_command", "example request data") // Returns promise.
        .then(() => {
          console.log("Example request command has just been sent.");
        })
      ;
    }, 7331);
    setInterval(() => {
      exampleClient
        .send("other_request_command", "other request data")
        .then(() => {
          console.log("Example request command has just been sent.");
        })
      ;
    }, 1338);

  })
;
`

// What the demo calls pseudo code is given here; the rest stands as it is.
const QUEUE = (handler) => `
const ipcio = require("ipcio");
const validateRequest = () => {};
const validateResponse = () => {};
const database = { query: (what) => Promise.resolve({ rows: [what.what_kind] }) };
const doSomethingWithData = () => { console.log("done with it"); process.exit(); };

const producerClient = new ipcio.Client({
  name: "producer",
  domain: "test",
});

producerClient.connect().then(() => {
  console.log("Producer client has just been connected.");
});

const server = new ipcio.Server({
    domain: "test",
});

server.addHandlers({
  databaseRequest: (container) => { // {command: function(container)}
${handler}
  },
});

producerClient.addHandlers({
  databaseResponse: (container) => {
    // Pseudo code
    validateResponse(container.data);
    doSomethingWithData();
  },
});
`

const EMITS = `
    // Pseudo code
    validateRequest(container.data);
    database.query(container.data).then((result) => {

      // Args: client name, command name, data to be emitted
      server.emit(container.name, "databaseResponse", result);
    });
`

const RETURNS = `
    // Pseudo code
    validateRequest(container.data);

    return database.query(container.data);
`

const SEND = `
producerClient.send("databaseRequest", {
  what_kind: "query",
  for_what: "some data from db",
});

server.start();
`

const DELIVER = `
new ipcio.Client({ name: "client1", domain: "test" }, {
  databaseRequest: (container) => {
${RETURNS}
  },
}).connect();

server.start();

setTimeout(() => {
producerClient.deliver("client1", "databaseRequest", {
  what_kind: "query",
  for_what: "some data from db",
}).then((feedback) => {
  console.log(\`We know that delivery is confirmed and we have a \${JSON.stringify(feedback)}.\`);
  return producerClient.deliver("databaseRequest", { what_kind: "of the server" });
}).then((feedback) => {
  console.log(\`We know that delivery is confirmed and we have a \${JSON.stringify(feedback)}.\`);
  process.exit();
});
}, 3000);
`

/** Runs a program of the documentation, in a domain of the test's own. */
function start(t, name, program) {
  const root = path.join(__dirname, '..', '..', 'lib', 'ipcio')
  const domain = (t.context.domain ??= domainOf(t))
  const file = path.join(directory(t), name)
  const text = program
    .replace('require("ipcio")', `require(${JSON.stringify(root)})`)
    .replaceAll(/domain: "(example_domain|test)"/g, `domain: ${JSON.stringify(domain)}`)
  fs.writeFileSync(file, text)
  return run(t, file)
}

const says = (program, text) => state(() => program.output.includes(text), `"${text}" of ${program.name}`)

test('documentation: jump-in tutorial', async (t) => {
  const client = start(t, 'test-client.js', CLIENT)
  const server = start(t, 'test-server.js', SERVER)
  await says(client, 'Received other response command with data: other response data')
  await says(server, 'Other command handler triggered.')
  await says(client, 'Received example response command with data: example response data')
  await says(server, 'Client name: example_client')
  t.pass()
})

test('documentation: client message queue demo', async (t) => {
  const program = start(t, 'queue.js', QUEUE(EMITS) + SEND)
  await program.success()
  t.true(program.output.startsWith('Producer client has just been connected.'))
  t.true(program.output.includes('done with it'))
})

test('documentation: message delivery', async (t) => {
  const program = start(t, 'delivery.js', QUEUE(RETURNS) + DELIVER)
  await deadline(program.success(), 'its end')
  t.true(program.output.includes('have a {"rows":["query"]}.'))
  t.true(program.output.includes('have a {"rows":["of the server"]}.'))
})
