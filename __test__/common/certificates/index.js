'use strict'

// Certificates and keys for the tests, made by ./make.js; which is wrong how is told there.

const fs = require('node:fs')
const path = require('node:path')

/** The path of a file, such as `server.pem` or `server.key`. */
const file = (name) => path.join(__dirname, name)

/** Its contents. */
const read = (name) => fs.readFileSync(file(name))

module.exports = { file, read }
