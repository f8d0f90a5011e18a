'use strict'

// ava asks the process it runs in for its coverage when it ends. Bun and Deno have that function, but only to throw.
require('node:v8').takeCoverage = () => {}
