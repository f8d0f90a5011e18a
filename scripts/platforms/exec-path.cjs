'use strict'

// Loaded first by every Node of this lane: to it process.execPath is the emulator's idea of the binary, or the loader. Children have
// to be started by the script that started this one.
process.execPath = process.env.NAPI_IPC_PLATFORMS_NODE
