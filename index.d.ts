import nodeIpcDialect = require('./lib/node-ipc')
import nssocketDialect = require('./lib/nssocket')
import nodeIpcV14Dialect = require('./lib/node-ipc/v14')
import socketIpcDialect = require('./lib/socket-ipc')
import socketModelDialect = require('./lib/socket-model')
import ipcioDialect = require('./lib/ipcio')

/** The version of this package. */
export const version: string

/** What the native engine says about itself. */
export interface Diagnostics {
  /** The version of this package. */
  version: string
  /**
   * Where established Unix and TCP streams are served: on the event loop of Node itself (`loop`) or on a
   * background thread (`worker`). Chosen by the runtime, or forced with the environment variable
   * `NAPI_IPC_DATA_PATH`.
   */
  dataPath: 'loop' | 'worker'
}

/** Loads the native engine if it is not loaded yet, and asks it. Throws if there is no binary for this platform. */
export function diagnostics(): Diagnostics

/**
 * Lets this thread wait for answers without sleeping, for so many microseconds at most: between processes on cores of their
 * own a round trip then takes a fraction of the time, since nobody has to be woken. While it waits the thread keeps its
 * core, though it offers it to others all the time; nothing else on the event loop is delayed by more than this. It waits
 * only after a turn in which exactly one connection was active, and ever more rarely while nothing comes of it.
 *
 * Default 0, not at all, or the environment variable `NAPI_IPC_BUSY_POLL`; 50 is a good value. Only for Unix and TCP
 * streams on the event loop: see `dataPath` of {@link Diagnostics}.
 *
 * @param microseconds an integer from 0 to 1000
 * @throws ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE
 */
export function busyPoll(microseconds: number): void

/**
 * The API of node-ipc 9: the same singleton as `require('napi-ipc/node-ipc')`, loaded at first use.
 * In an ES module importing the front door loads every dialect; import the sub-path to load one alone.
 */
export const nodeIpc: typeof nodeIpcDialect

/** The API of nssocket 0.6: the same as `require('napi-ipc/nssocket')`, loaded at first use. */
export const nssocket: typeof nssocketDialect

/** The API of @crussell52/socket-ipc 0.4: the same as `require('napi-ipc/socket-ipc')`, loaded at first use. */
export const socketIpc: typeof socketIpcDialect

/** The API of socket-model 0.92: the same as `require('napi-ipc/socket-model')`, loaded at first use. */
export const socketModel: typeof socketModelDialect

/**
 * The API of ipcio 0.6: the same `Server` and `Client` as `require('napi-ipc/ipcio')`, loaded at first use.
 */
export const ipcio: typeof ipcioDialect

/** The API of node-ipc 14: the same singleton as the default export of `napi-ipc/node-ipc/v14`, loaded at first use. */
export const nodeIpcV14: nodeIpcV14Dialect.IPCModule
