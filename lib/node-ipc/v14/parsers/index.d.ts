/// <reference types="node" />

/** The options that parsers read. */
interface ParserConfig {
  delimiter: string
}

interface GuardedConfig extends ParserConfig {
  maxMessageSize: number
  maxPendingBytes: number
  maxEventNameLength: number
  messageTimeout: number
  allowReservedEvents?: boolean
}

interface AssuredConfig extends GuardedConfig {
  allowedEvents: readonly string[] | ReadonlySet<string>
}

/** JSON envelopes, ended by a delimiter. */
declare class Parser {
  constructor(config?: ParserConfig)
  profile: string
  raw: boolean
  encoding: BufferEncoding
  delimiter: string
  /** One message as what is written. */
  encode(type: any, data?: any): string
  /** The same, of an object with `type` and `data`. */
  format(message: { type?: any; data?: any }): string
  /** Calls `receive` with the messages that a chunk completes. Returns the rest. */
  read(remainder: any, chunk: any, receive: (message: any) => void): any
  /** Splits what came in into frames. */
  push(remainder: any, chunk: any): { events: any[]; remainder: any }
  /** The complete frames in a text. */
  parse(text: string): string[]
  /** One frame as a message. */
  decode(frame: any): any
}

/** The same, taking nothing from a peer that is out of bounds. What is, throws an `IPCProtocolError`. */
declare class GuardedParser extends Parser {
  constructor(config?: GuardedConfig)
  maxMessageSize: number
  maxPendingBytes: number
  maxEventNameLength: number
  messageTimeout: number
  allowReservedEvents: any
  delimiterBytes: number
  validateType(type: any): void
}

/** The same, for events that are listed and over transports that are secure. */
declare class AssuredParser extends GuardedParser {
  constructor(config: AssuredConfig)
  allowedEvents: Set<any>
}

/** Bytes as they come. */
declare class RawParser {
  constructor(config?: { encoding: BufferEncoding })
  profile: string
  raw: boolean
  encoding: BufferEncoding
  encode(value: string | Uint8Array | ArrayBuffer | readonly number[]): Buffer
  format(value: string | Uint8Array | ArrayBuffer | readonly number[]): Buffer
  read(remainder: any, chunk: any, receive: (chunk: any) => void): any
  parse(chunk: any): any[]
  decode(chunk: any): any
}

/** What a peer, or a caller, has done against the protocol. */
declare class IPCProtocolError extends Error {
  constructor(code: string, message: string)
  readonly name: 'IPCProtocolError'
  /** `ERR_IPC_INVALID_JSON`, `ERR_IPC_FRAME_TOO_LARGE` … */
  code: string
}

/** The parser that a config asks for. */
declare function createParser(config: object): any
/** Types that say what happens at this end. */
declare const reservedEventTypes: Set<string>

export {
  AssuredParser,
  Parser as FastParser,
  GuardedParser,
  IPCProtocolError,
  Parser,
  RawParser,
  createParser,
  reservedEventTypes
}
export default Parser
