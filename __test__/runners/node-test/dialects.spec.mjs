import { createRequire } from 'node:module'
import { test } from 'node:test'
import checks from '../checks.js'

const { DIALECTS, fails, talks } = checks
const require = createRequire(import.meta.url)

for (const dialect of Object.keys(DIALECTS)) {
  test(`${dialect}: a conversation, imported`, async () => {
    const imported = await import(dialect)
    await talks(dialect, dialect.endsWith('v14') ? imported : imported.default)
  })
  test(`${dialect}: a conversation, required`, () => talks(dialect, require(dialect)))
  test(`${dialect}: an error`, () => fails(dialect, require(dialect)))
}
