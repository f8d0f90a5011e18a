'use strict'

/**
 * What `core::json::outline` in src/core/json/outline.rs has taken out of a large document is put back here: tables, arrays of
 * objects that all have the same members, of which V8 would look up each key of each row; and long texts.
 */

/** Values of tables that come at a time. 32 KiB. */
const CAPACITY = 4096

const cells = new Float64Array(CAPACITY)
/** The next of them, and how many came before those in `cells`. */
let cell = 0
let before = 0
/** The native functions, for more of them. */
let calls

/** What stands in a document where something was taken out. */
const PLACE = '\0table'

/**
 * The document of an outline.
 *
 * @param {any[]} outline the document with places, then for each table: a path, names, a count, the values that are no
 *   numbers; for each text: a path, where it begins, its length
 * @param {object} natives the native functions; the first values of tables are in `cells`
 * @param {number} blob the document as it came
 * @returns {any}
 */
exports.complete = function complete(outline, natives, blob) {
  cell = before = 0
  calls = natives
  let at = 1
  while (at < outline.length) {
    const path = outline[at++]
    const names = outline[at++]
    const count = outline[at++]
    if (typeof names === 'number') {
      put(outline, path, calls.part(blob, names, count))
    } else {
      const table = []
      at = rows(table, names, count, outline, at)
      put(outline, path, table)
    }
  }
  return outline[0]
}

/** Puts a part in its place, unless that is gone: a member that comes later may have the same name. */
function put(outline, path, part) {
  const last = path.pop()
  let holder = outline
  for (const step of path) holder = holder?.[step]
  if (holder?.[last] === PLACE) holder[last] = part
}

/**
 * Appends the rows to `table`. Each is a copy of the one before with other values: to V8 they are all of one shape. The
 * first members are written one by one, because V8 remembers for each place in the code which member it last was.
 */
function rows(table, names, count, values, at) {
  const width = names.length
  const [name0, name1, name2, name3, name4, name5] = names
  let row = {}
  for (let index = 0; index < count; index++) {
    if (cell + width > CAPACITY) refill()
    row = { ...row }
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

function refill() {
  before += cell
  cell = 0
  calls.cells(before, cells)
}

exports.cells = cells
