'use strict'

// The library under test. NAPI_IPC_TEST_SUBJECT (a path or a module name) puts another one in its place: that is how the
// tests themselves are checked against the original, see ../README.md. Nothing else reads the variable.

/** What a program requires to get the dialect. */
function specifier(dialect) {
  return process.env.NAPI_IPC_TEST_SUBJECT || `napi-ipc/${dialect}`
}

/** The dialect as the library under test offers it. */
function subject(dialect) {
  return require(specifier(dialect))
}

module.exports = { subject, specifier }
