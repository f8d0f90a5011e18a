'use strict'

const { subject } = require('../../common/subject')
const { entry } = require('../../common/peers')

/** The library under test, or the peer that is named. */
exports.library = (name = 'subject') => (name === 'subject' ? subject('socket-model') : require(entry(name)))
