'use strict'

module.exports = { testMatch: ['**/*.spec.js'], transform: {}, testTimeout: 60_000 }
