'use strict'

// What the .mjs files import. Of a module that says __esModule Bun gives an `import` the default alone, Node everything.

module.exports = { module: require('./index'), parsers: require('./parsers') }
