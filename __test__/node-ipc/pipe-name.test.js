'use strict'

const test = require('ava')

const { localPath, pipeName } = require('../../lib/node-ipc/paths')

const NAMES = {
  '/tmp/app.world': '\\\\.\\pipe\\tmp-app.world',
  'tmp/app.world': '\\\\.\\pipe\\tmp-app.world',
  '//tmp/app.world': '\\\\.\\pipe\\-tmp-app.world',
  '/node-ipc-me/app.a/b': '\\\\.\\pipe\\node-ipc-me-app.a-b',
  world: '\\\\.\\pipe\\world'
}

for (const [path, name] of Object.entries(NAMES)) {
  test(`NI-63: on Windows ${path} stands for ${name}, however often it is mapped`, (t) => {
    t.is(pipeName(path), name)
    t.is(pipeName(name), name)
    t.is(localPath(path, 'win32'), name)
    t.is(localPath(localPath(path, 'win32'), 'win32'), name)
  })
}

test('NI-63: elsewhere a path is a path', (t) => {
  for (const platform of ['linux', 'darwin']) {
    for (const path of Object.keys(NAMES)) t.is(localPath(path, platform), path)
  }
})
