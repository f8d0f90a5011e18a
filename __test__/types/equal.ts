/** True if both are the same type, not merely assignable to each other. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Compiles only for `true`: `is<Equal<typeof x, string>>()`. */
export declare function is<Condition extends true>(): Condition
