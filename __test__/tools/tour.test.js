'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { state } = require('../common/deadline')
const { directory } = require('../common/places')
const { run } = require('../common/processes')
const { version } = require('../..')

const TOUR = path.join(__dirname, '..', '..', 'examples', 'tour', 'index.js')

const STEPS = [
  ['the server listens', /^\/.*\/tour$/],
  ['three clients', /^ada, bob, cid are connected$/],
  ['events both ways', /^5² = 25, 6² = 36, 7² = 49$/],
  ['targeted emit', /^only bob has the note$/],
  ['broadcast', /^ada, bob, cid have heard "for everybody"$/],
  ['one message of 5 MiB', /^5 MiB there and back in \d+ ms, unchanged$/],
  ['server killed', /^ada, bob, cid have seen "disconnect"$/],
  ['server started again', /^ada, bob, cid are connected again, by themselves$/],
  ['the end', /^all four processes have ended by themselves$/]
]

const RATES =
  /^ +napi-ipc +([\d,]+) messages\/s\n +node's own net +([\d,]+) messages\/s\n +ratio +(\d+\.\d\d)$/m

const number = (text) => Number(text.replaceAll(',', ''))

test.serial('the tour ends well, tells every step in order, and leaves no file', async (t) => {
  const folder = directory(t)
  const tour = run(t, TOUR, undefined, { cwd: folder, env: { TMPDIR: folder } })
  await tour.success()
  const told = [...tour.output.matchAll(/^ *(\d+) {2}(\S.*?) {2,}(\S.*)$/gm)]
  t.true(tour.output.startsWith(`napi-ipc ${version}: `))
  t.deepEqual(
    told.map(([, place, title]) => [Number(place), title]),
    STEPS.map(([title], index) => [index + 1, title])
  )
  for (const [index, [, , , detail]] of told.entries()) t.regex(detail, STEPS[index][1])
  const [, ours, net, ratio] = RATES.exec(tour.output).map(number)
  t.true(ours > 0 && net > 0)
  t.true(Math.abs(ours / net - ratio) < 0.01)
  t.deepEqual(fs.readdirSync(folder), [])
})

test.serial('a tour that is interrupted says so, and leaves neither files nor processes', async (t) => {
  const folder = directory(t)
  const tour = run(t, TOUR, undefined, { cwd: folder, env: { TMPDIR: folder } })
  await state(() => tour.output.includes('three clients'), 'the clients')
  const { code } = await tour.kill('SIGTERM')
  t.is(code, 1)
  t.regex(tour.output, /The tour ended early: interrupted/)
  t.deepEqual(fs.readdirSync(folder), [])
})
