'use strict'

/**
 * What every lock file says, in one form: which package wants which. A package is `{ id, name, version, wants }`, a wish
 * `{ alias, spec, to }`: the name it is required by, the range if the file has it, the id of what was chosen. The project and
 * the members of its workspace are packages too, without a version (`root`).
 */
class Graph {
  packages = new Map()
  /** Of the lock file's format, where it says something about the manager. */
  lockVersion

  add(id, { name, version, root = false }) {
    const found = { id, name, version, root, wants: [] }
    this.packages.set(id, found)
    return found
  }

  /** Every wish for a package that `chosen` takes: `{ from, alias, spec, to }`, the packages in full. */
  *wishes(chosen) {
    for (const from of this.packages.values()) {
      for (const { alias, spec, to } of from.wants) {
        const found = this.packages.get(to)
        if (found && chosen(found)) yield { from, alias, spec, to: found }
      }
    }
  }

  /** The shortest way from the project to each package: a map of ids to arrays of packages. */
  ways() {
    const ways = new Map()
    const queue = [...this.packages.values()].filter(({ root }) => root)
    for (const root of queue) ways.set(root.id, [root])
    for (const from of queue) {
      for (const { to } of from.wants) {
        const found = this.packages.get(to)
        if (!found || ways.has(to)) continue
        ways.set(to, [...ways.get(from.id), found])
        queue.push(found)
      }
    }
    return ways
  }
}

module.exports = { Graph }
