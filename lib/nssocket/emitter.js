'use strict'

// The events of eventemitter2 0.4, which programs know, on top of 6.x. Listeners are found here: the two differ in what
// listeners see and in their order, and here names come from peers, too.

const { EventEmitter2 } = require('eventemitter2')

/** Where a node of the package's tree keeps its listeners, a function or an array. No segment of a name can be this. */
const LISTENERS = '_listeners'

/** The name that a peer has sent last: `*` and `**` are just characters in it. */
const peer = { name: null }

const isWild = (segment) => segment === '*' || segment === '**'
const add = (found, own) => (typeof own === 'function' ? found.push(own) : own && found.push(...own))
const segments = ({ delimiter }, type) => (typeof type === 'string' ? type.split(delimiter) : type.slice())

class NameEmitter extends EventEmitter2 {
  emit(type, ...args) {
    if (type === 'newListener') return false
    const found = type === peer.name ? find(this.listenerTree, type, 0, []) : this.listeners(type)
    for (const listener of this._all ? this._all.concat(found) : found) {
      this.event = type
      listener.apply(this, args)
    }
    if (found.length > 0 || this._all) return true
    // Where there was a listener once, `error` is no exception any more; so it is in 0.4.
    if (type !== 'error' || this._events.error) return false
    throw args[0] instanceof Error ? args[0] : new Error("Uncaught, unspecified 'error' event.")
  }

  listeners(type) {
    const name = segments(this, type)
    return name.some(isWild) ? super.listeners(name) : find(this.listenerTree, name, 0, [])
  }

  /** Whatever adds a listener ends here. Further options of 6.x do not exist in 0.4. */
  _on(type, listener, prepend) {
    if (typeof listener === 'function') {
      const name = segments(this, type)
      if (name.includes(LISTENERS)) return this
      if (name[0] === 'error') this._events.error = true
      // The package would make plain objects, in which `__proto__` leads out of the tree.
      let node = Object.setPrototypeOf(this.listenerTree, null)
      for (const segment of name) node = node[segment] ??= Object.create(null)
    }
    return super._on(type, listener, prepend)
  }

  off(type, listener) {
    const name = segments(this, type)
    if (typeof listener !== 'function' || name.some(isWild)) return super.off(type, listener)
    remove(this.listenerTree, name, 0, listener)
    return this
  }
}

NameEmitter.prototype.removeListener = NameEmitter.prototype.off

/** Collects the listeners for `name` from segment `at` on, as they are now: exact ones before `*` before `**`. */
function find(node, name, at, found) {
  const segment = name[at]
  if (at >= name.length) {
    add(found, node[LISTENERS])
    if (node[LISTENERS]) return found
  } else {
    // Objects match wildcards only: what they are as strings is up to the peer.
    const plain = typeof segment !== 'object' && segment !== LISTENERS && !isWild(segment)
    if (plain && node[segment]) find(node[segment], name, at + 1, found)
    if (node['*']) find(node['*'], name, at + 1, found)
  }
  const rest = node['**']
  if (!rest) return found
  add(found, rest[LISTENERS])
  for (const branch in rest) {
    if (branch === LISTENERS) continue
    // The first place where it goes on. A loop: a peer can make a name longer than the stack is deep.
    let next = at
    while (next < name.length && branch !== name[next] && branch !== name[next + 1]) next++
    if (next < name.length) find(rest[branch], name, next + (branch === name[next + 1] ? 2 : 1), found)
    else if (branch === '*' && at < next) add(found, rest[branch][LISTENERS])
  }
  return found
}

/** Removes a listener, and nodes that hold nothing any more: names of one use come and go by the thousand. */
function remove(node, name, at, listener) {
  if (at < name.length) {
    const child = name[at] === LISTENERS ? undefined : node[name[at]]
    if (child) remove(child, name, at + 1, listener)
    if (child && !Object.values(child).some(Boolean)) delete node[name[at]]
    return
  }
  const list = [node[LISTENERS] ?? []].flat()
  const index = list.findIndex((one) => one === listener || one._origin === listener)
  if (index >= 0) node[LISTENERS] = list.length > 1 && list.toSpliced(index, 1)
}

module.exports = { NameEmitter, peer }
