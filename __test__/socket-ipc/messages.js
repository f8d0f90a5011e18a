'use strict'

const { mixed } = require('../common/mixed')

const TOPICS = ['m', 'message', 'app.event', 'tÿpe €', 'with space', '', 'x'.repeat(200)]

/** `count` pairs of topic and message. */
const messages = mixed(TOPICS, ['\0', 'a\0\0b', '\0\0'], 'zé')

module.exports = { messages, TOPICS }
