'use strict'

/**
 * Tables: objects that all have the same members, of which V8 would look up each key of each row. The native half has taken
 * their values apart (src/core/json/rows.rs), the rows are put together here.
 */

/** Values that come at a time. 32 KiB. */
const CAPACITY = 4096

/** V8 tells so many shapes apart at one place in the code. */
const SHAPES = 4
/** The names of those that came first. */
const shapes = []

const cells = new Float64Array(CAPACITY)
/** The next of them, and how many came before those in `cells`. */
let cell = 0
let before = 0
/** The native functions, for more of them. */
let calls

/** The first values are in `cells`. */
function begin(natives) {
  cell = before = 0
  calls = natives
}

function refill() {
  before += cell
  cell = 0
  calls.cells(before, cells)
}

/** Whether V8 may know what to do with rows of these members. */
function isFamiliar(names) {
  for (const shape of shapes) {
    if (shape.length === names.length && shape.every((name, at) => name === names[at])) return true
  }
  return shapes.length < SHAPES && shapes.push(names) > 0
}

/** Whether a member of that name can be made by writing to it, whatever others have put on `Object.prototype`. */
const isPlain = (name) => !(name in Object.prototype)

/**
 * Appends `count` rows to `table`, of which the last is one already.
 *
 * @param {any[]} values those that are no numbers, from `at` on
 * @returns {number} where the next of them is
 */
function rows(table, count, values, at) {
  const first = table[table.length - 1]
  const names = Object.keys(first)
  if (isFamiliar(names) || !names.every(isPlain)) return copied(table, first, names, count, values, at)
  return built(table, names, count, values, at)
}

/**
 * Each row is a copy of the first with other values: to V8, and to whoever reads them, they are all of the shape that
 * `JSON.parse` has given it. The first members are written one by one, because V8 remembers for each place in the code which
 * member it last was.
 */
function copied(table, first, names, count, values, at) {
  const width = names.length
  const [name0, name1, name2, name3, name4, name5] = names
  for (let index = 0; index < count; index++) {
    if (cell + width > CAPACITY) refill()
    const row = { ...first }
    let value = cells[cell++]
    row[name0] = value === value ? value : values[at++]
    if (width > 1) {
      value = cells[cell++]
      row[name1] = value === value ? value : values[at++]
    }
    if (width > 2) {
      value = cells[cell++]
      row[name2] = value === value ? value : values[at++]
    }
    if (width > 3) {
      value = cells[cell++]
      row[name3] = value === value ? value : values[at++]
    }
    if (width > 4) {
      value = cells[cell++]
      row[name4] = value === value ? value : values[at++]
    }
    if (width > 5) {
      value = cells[cell++]
      row[name5] = value === value ? value : values[at++]
    }
    for (let member = 6; member < width; member++) {
      value = cells[cell++]
      row[names[member]] = value === value ? value : values[at++]
    }
    table.push(row)
  }
  return at
}

/** The same for shapes that V8 would have to look up: copying takes it longer than adding the members. */
function built(table, names, count, values, at) {
  const width = names.length
  for (let index = 0; index < count; index++) {
    if (cell + width > CAPACITY) refill()
    const row = {}
    for (let member = 0; member < width; member++) {
      const value = cells[cell++]
      row[names[member]] = value === value ? value : values[at++]
    }
    table.push(row)
  }
  return at
}

/**
 * The values of a batch, of which some are the first rows of tables. The cells say how many values there are up to the next
 * of those, and how many rows it has besides (see src/core/tables.rs).
 */
function expand(parsed, natives) {
  const values = []
  natives.cells(0, cells)
  begin(natives)
  let at = 0
  while (at < parsed.length) {
    if (cell + 2 > CAPACITY) refill()
    const end = at + cells[cell++]
    const count = cells[cell++]
    while (at < end) values.push(parsed[at++])
    if (count > 0) at = rows(values, count, parsed, at)
  }
  return values
}

exports.cells = cells
exports.begin = begin
exports.rows = rows
exports.expand = expand
