'use strict'

const { begin, rows } = require('./tables')

/**
 * What `core::json::outline` in src/core/json/outline.rs has taken out of a large document is put back here: tables and long
 * texts.
 */

/** What stands in a document where something was taken out. */
const PLACE = '\0table'

/**
 * The document of an outline.
 *
 * @param {any[]} outline the document with places, then for each table: a path, the first row, how many more there
 *   are, their values that are no numbers; for each text: a path, where it begins, its length
 * @param {object} natives the native functions; the first values of tables are in `cells`
 * @param {number} blob the document as it came
 * @returns {any}
 */
exports.complete = function complete(outline, natives, blob) {
  begin(natives)
  let at = 1
  while (at < outline.length) {
    const path = outline[at++]
    const first = outline[at++]
    const count = outline[at++]
    if (typeof first === 'number') {
      put(outline, path, natives.part(blob, first, count))
    } else {
      const table = [first]
      at = rows(table, count, outline, at)
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
