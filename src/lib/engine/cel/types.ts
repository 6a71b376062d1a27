/** An unsigned integer of 64 bits. */
export interface CelUint {
  readonly kind: 'uint';
  readonly value: bigint;
}

/** A moment. */
export interface CelTimestamp {
  readonly kind: 'timestamp';
  /** Nanoseconds since 1970. */
  readonly nanos: bigint;
}

/** A span of time. */
export interface CelDuration {
  readonly kind: 'duration';
  readonly nanos: bigint;
}

/** A type, as `type(1)` gives it. */
export interface CelType {
  readonly kind: 'type';
  readonly name: string;
}

/** A value that may be missing. */
export interface CelOptional {
  readonly kind: 'optional';
  /** `undefined` where there is none; CEL's null is `null`. */
  readonly value: CelValue | undefined;
}

/** A map; `1`, `1u` and `1.0` are the same key. */
export interface CelMap {
  readonly kind: 'map';
  readonly size: number;
  /** `undefined` where the key is not there. */
  get(key: CelValue): CelValue | undefined;
  keys(): Iterable<CelValue>;
}

/** A value of the language: `bigint` is int, `number` is double. */
export type CelValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | readonly CelValue[]
  | CelMap
  | CelUint
  | CelTimestamp
  | CelDuration
  | CelType
  | CelOptional;

/** What an evaluation may still cost. */
export interface Budget {
  /**
   * Pays for work before it is done.
   *
   * @throws {FluxError} cel/too-costly
   */
  spend(units: number): void;
}

/** One way to call a function or operator. */
export interface Overload {
  /**
   * `name(params): result`; what is before a `#` is what a member function is called on. Operators have CEL's own names
   * (`_+_`). Capital letters stand for any type.
   */
  readonly signature: string;
  run(args: readonly CelValue[], budget: Budget): CelValue;
}

/** How an expression is compiled. */
export interface CompileOptions {
  /**
   * Names of the variables, each an object of Kubernetes. With them types are checked and the result must be a boolean, as
   * for `readyExpr`; without them any name is taken for a field of the object, as for `healthCheckExprs`.
   */
  readonly variables?: readonly string[];
  /** How much an evaluation may cost, in steps. Default: 10,000,000, which is about a second. */
  readonly maxCost?: number;
}

/** An expression that can be evaluated. */
export interface Program {
  readonly expression: string;
  /**
   * Evaluates.
   *
   * @param variables plain JSON by name; integers are CEL's int
   * @throws {FluxError} cel/failed, cel/too-costly
   */
  evaluate(variables: Readonly<Record<string, unknown>>): CelValue;
  /**
   * Evaluates to true or false.
   *
   * @throws {FluxError} cel/failed: or the result is neither; cel/too-costly
   */
  evaluateBoolean(variables: Readonly<Record<string, unknown>>): boolean;
}
