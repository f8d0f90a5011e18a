'use strict'

const { subject } = require('../../common/subject')
const { folder } = require('../../common/peers')

/** The library under test, or the peer that is named. */
exports.library = (name) => (name === 'subject' ? subject('socket-ipc') : require(folder(name)))
