import { createRequire } from 'node:module'
import test from 'ava'
import checks from '../checks.js'

const { DIALECTS, fails, fresh, resets, talks } = checks
const require = createRequire(import.meta.url)

for (const dialect of Object.keys(DIALECTS)) {
  test(`${dialect}: a conversation, imported`, async (t) => {
    const imported = await import(dialect)
    await talks(dialect, dialect.endsWith('v14') ? imported : imported.default)
    t.pass()
  })
  test(`${dialect}: an error`, async (t) => {
    await fails(dialect, require(dialect))
    t.pass()
  })
  test.serial(`${dialect}: the require cache emptied, 50 times`, async (t) => {
    await resets(dialect, () => fresh(dialect, import.meta.dirname))
    t.pass()
  })
}
