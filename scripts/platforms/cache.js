'use strict'

// Where toolchains and runtimes are kept: outside the tree, in NAPI_IPC_PLATFORMS_CACHE or the user's own cache.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const CACHE = path.resolve(
  process.env.NAPI_IPC_PLATFORMS_CACHE ??
    path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'napi-ipc', 'platforms')
)

const inCache = (...names) => path.join(CACHE, ...names)

/**
 * A folder of the cache that `make(folder)` fills, once: what is there was finished. `content` is what it depends on; another one
 * makes it anew.
 */
function folderOf(name, content, make) {
  const folder = inCache(name)
  const stamp = path.join(folder, '.content')
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === content) return folder
  console.log(`  ${name} …`)
  fs.rmSync(folder, { recursive: true, force: true })
  fs.mkdirSync(folder, { recursive: true })
  make(folder)
  fs.writeFileSync(stamp, content)
  return folder
}

module.exports = { CACHE, inCache, folderOf }
