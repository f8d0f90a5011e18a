'use strict'

// Listens, until it is killed.

const engine = require('../../../lib/engine')
const { report, options } = require('../../common/report')

const listener = new engine.Listener({ framing: { mode: 'line' }, codec: 'text' }, {})
listener.listen(options(), () => report('listening'))
