'use strict'

const path = require('node:path')
const util = require('node:util')
const vm = require('node:vm')
const fs = require('node:fs')
const { createRequire } = require('node:module')
const test = require('ava')
const { root, makeServer } = require('./support')
const { specifier } = require('../common/subject')
const { local } = require('../common/places')

const CODES = {
  EncodeError: 'ERR_ENCODE',
  DecodeError: 'ERR_DECODE',
  SendError: 'ERR_SEND',
  SendAfterCloseError: 'ERR_SEND_AFTER_CLOSE',
  NoServerError: 'ERR_NO_SERVER',
  BadClientError: 'ERR_BAD_CLIENT'
}
const SEND_ERRORS = ['EncodeError', 'SendError', 'SendAfterCloseError', 'NoServerError', 'BadClientError']

/** One error of each class. */
const examples = (library) => ({
  EncodeError: new library.EncodeError('text', { topic: 't', message: 'm' }),
  DecodeError: new library.DecodeError('text', 'raw', 'id'),
  SendError: new library.SendError('text', 'm', 't'),
  SendAfterCloseError: new library.SendAfterCloseError('text', 'm', 't'),
  NoServerError: new library.NoServerError('text', 'm', 't'),
  BadClientError: new library.BadClientError('text', 'm', 't', 'id')
})

/** The library once more, as jest has it: all its modules run in a realm of their own, with globals of their own. */
function inRealm() {
  const context = vm.createContext({ process, Buffer, setTimeout, clearTimeout, setImmediate })
  const modules = new Map()
  const load = (file) => {
    if (modules.has(file)) return modules.get(file).exports
    const module = { exports: {} }
    modules.set(file, module)
    const outside = createRequire(file)
    const inside = (name) => {
      const found = outside.resolve(name)
      const isOurs = path.isAbsolute(found) && found.endsWith('.js') && !found.endsWith('native.js')
      return isOurs ? load(found) : outside(name)
    }
    const text = `(function (exports, require, module, __filename, __dirname) {${fs.readFileSync(file, 'utf8')}\n})`
    const run = vm.runInContext(text, context, { filename: file })
    run(module.exports, inside, module, file, path.dirname(file))
    return module.exports
  }
  return { library: load(require.resolve(specifier('socket-ipc'))), context }
}

test('every error has a code that is not enumerable, and the name of the original (ruling 18)', (t) => {
  for (const [name, error] of Object.entries(examples(root))) {
    t.is(error.code, CODES[name])
    t.is(error.name, 'Error')
    t.is(error.message, 'text')
    t.is(error.constructor.name, name)
    t.true(error instanceof Error)
    t.true(util.types.isNativeError(error))
    for (const key in error) t.not(key, 'code')
    t.false(JSON.stringify(error).includes('ERR_'))
    t.true(error.stack.startsWith('Error: text'))
  }
})

test('a program may give an error another code (ruling 18)', (t) => {
  const error = new root.SendError('text')
  error.code = 'MINE'
  t.is(error.code, 'MINE')
  t.is(new root.SendError('text').code, 'ERR_SEND')
})

test('the fields of the errors (ruling 7)', (t) => {
  const { DecodeError, BadClientError, ...sending } = examples(root)
  t.like(DecodeError, { rawData: 'raw', clientId: 'id' })
  t.like(BadClientError, { sentTopic: 't', sentMessage: 'm', clientId: 'id' })
  for (const error of Object.values(sending)) t.like(error, { sentTopic: 't', sentMessage: 'm' })
})

/** Checks which errors of one copy are instances of the classes of another. */
function checkInstances(t, errors, classes) {
  for (const [name, error] of Object.entries(errors)) {
    for (const Class of Object.keys(CODES)) {
      const expected = name === Class || (Class === 'SendError' && SEND_ERRORS.includes(name))
      t.is(error instanceof classes[Class], expected, `${name} instanceof ${Class}`)
    }
  }
}

test('instanceof (ruling 7)', (t) => {
  checkInstances(t, examples(root), root)
  for (const nothing of [null, undefined, 'SendError', 5, {}, new Error('x'), () => {}]) {
    t.false(nothing instanceof root.SendError)
  }
})

test('instanceof holds for another copy of the module, and in a realm as jest makes them (ruling 7)', (t) => {
  const { library, context } = inRealm()
  t.not(library, root)
  t.not(library.SendError, root.SendError)
  checkInstances(t, examples(library), library)
  checkInstances(t, examples(library), root)
  checkInstances(t, examples(root), library)
  const RealmError = vm.runInContext('Error', context)
  for (const error of Object.values(examples(library))) t.true(error instanceof RealmError)
})

test('what is emitted in such a realm are its own errors (ruling 7)', async (t) => {
  const { library, context } = inRealm()
  const RealmError = vm.runInContext('Error', context)
  const { path: socketFile } = await local(t)
  const client = new library.Client({ socketFile, retryDelay: 5 })
  t.teardown(() => client.close())
  const emitted = new Promise((resolve) => client.once('error', resolve))
  client.send('m', 1)
  t.true((await emitted) instanceof library.NoServerError)
  t.true((await emitted) instanceof RealmError)
  const failed = new Promise((resolve) => client.once('connectError', resolve))
  client.connect()
  const error = await failed
  t.is(error.code, 'ENOENT')
  t.true(error instanceof RealmError)
})

test('classes of the program that extend them are told by inheritance (ruling 7)', (t) => {
  class Mine extends root.SendError {}
  const mine = new Mine('text', 'm', 't')
  t.true(mine instanceof Mine)
  t.true(mine instanceof root.SendError)
  t.is(mine.code, 'ERR_SEND')
  for (const error of Object.values(examples(root))) t.false(error instanceof Mine)
})

test('an error that is emitted has no fields of the library’s own', async (t) => {
  const server = makeServer(t, await local(t))
  const error = t.throws(() => server.send('a', 1, 'x'))
  t.deepEqual(Object.keys(error), ['sentTopic', 'sentMessage', 'clientId'])
})
