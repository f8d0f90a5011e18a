'use strict'

// Sends a burst of messages that are alike, and ends the process in the same turn; or sends them while it ends.

const engine = require('../../../lib/engine')
const { options } = require('../../common/report')

const { address, count, when } = options()
const envelope = new engine.Envelope('type', 'data')
const protocol = { framing: { mode: 'delimiter', delimiter: '\f' }, codec: 'json', envelope }

const connection = engine.connect(address, protocol, {
  opened() {
    const burst = () => {
      for (let seq = 0; seq < count; seq++) connection.sendEvent(envelope, 'usual', { seq, text: 'text' })
    }
    // The engine has heard of the exit by then.
    if (when === 'while') process.on('exit', burst)
    else burst()
    process.exit()
  }
})
