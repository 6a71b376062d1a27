import { type ErrorCode, FluxError } from '../../core/errors.ts';

/** Where a failing `${` stands. */
export interface FailurePlace {
  readonly text: string;
  /** In UTF-16 units from 0. */
  readonly offset: number;
}

/**
 * Makes the error of an expression that failed, with the line and the column (both from 1, the column in characters) of its
 * `${` as details. The text itself stays out: it may hold secrets.
 *
 * @param facts more details
 */
export function expressionError(
  code: ErrorCode,
  message: string,
  hint: string,
  place: FailurePlace,
  facts: Readonly<Record<string, unknown>> = {},
): FluxError {
  return new FluxError(code, message, { hint, details: { ...facts, ...positionOf(place) } });
}

function positionOf({ text, offset }: FailurePlace): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at !== -1; at = before.indexOf('\n', at + 1)) line += 1;
  return { line, column: Array.from(before.slice(lineStart)).length + 1 };
}
