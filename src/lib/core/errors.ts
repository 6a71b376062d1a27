import type { ObjectRef } from './objects.ts';
import { redact } from './redact.ts';

/** Where in something that the user wrote. Lines and columns count from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * `part/what-went-wrong`. Scripts and tests match the code, never the sentence. The codes of a part are
 * listed in that part's README; `test/checks` holds the two together.
 */
export type ErrorCode = `${string}/${string}`;

/** What a `FluxError` is made from. */
export interface FluxErrorInit {
  /** What the reader can do now, as a command if possible. */
  readonly hint?: string;
  /** The object concerned. */
  readonly subject?: ObjectRef;
  /** The place in what the user wrote. */
  readonly source?: SourcePosition;
  /** Typed facts for programs; no secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** The single failures, where one error stands for several. */
  readonly errors?: readonly FluxError[];
  /** True where a retry cannot help (becomes the condition Stalled). */
  readonly terminal?: boolean;
  /** The original error. */
  readonly cause?: unknown;
}

/**
 * The one error class. A bad state of an object is a result, not an error.
 *
 * Message style: one sentence without a final full stop; name the thing, quote the value, say the current state and the
 * wanted one. Secrets are redacted here, when the error is made.
 */
export class FluxError extends Error {
  override readonly name = 'FluxError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly subject: ObjectRef | undefined;
  readonly source: SourcePosition | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly errors: readonly FluxError[];
  readonly terminal: boolean;

  constructor(code: ErrorCode, message: string, init: FluxErrorInit = {}) {
    super(redact(message), init.cause === undefined ? undefined : { cause: init.cause });
    this.code = code;
    this.hint = init.hint === undefined ? undefined : redact(init.hint);
    this.subject = init.subject;
    this.source = init.source;
    this.details = init.details;
    this.errors = init.errors ?? [];
    this.terminal = init.terminal ?? false;
  }

  /** The form that `-o json` prints on stderr. */
  toJSON(): Record<string, unknown> {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.subject === undefined ? {} : { subject: this.subject }),
      ...(this.source === undefined ? {} : { source: this.source }),
      ...(this.details === undefined ? {} : { details: this.details }),
      ...(this.errors.length === 0 ? {} : { errors: this.errors.map((error) => error.toJSON()) }),
    };
  }
}

/**
 * Tells whether a value is a `FluxError` (of a certain code).
 *
 * @param code a whole code, or a part with its slash (`git/`); absent means any
 */
export function isFluxError(value: unknown, code?: string): value is FluxError {
  if (!(value instanceof FluxError)) return false;
  return code === undefined || (code.endsWith('/') ? value.code.startsWith(code) : value.code === code);
}

/** A mistake of ours rather than the user's; it prints how to report it. */
export function internalError(message: string, init: FluxErrorInit = {}): FluxError {
  return new FluxError('internal/bug', message, init);
}

/** The sentence of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
