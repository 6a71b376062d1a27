import { FluxError } from '../../core/errors.ts';

/** A failure of an evaluation; the expression is named where it leaves the part. */
export function failure(message: string): FluxError {
  return new FluxError('cel/failed', message);
}

/** A position as people count it. */
interface LineAndColumn {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

function locate(expression: string, at: number): LineAndColumn {
  const before = expression.slice(0, at);
  const start = before.lastIndexOf('\n') + 1;
  const end = expression.indexOf('\n', at);
  return {
    line: before.split('\n').length,
    column: Array.from(before.slice(start)).length + 1,
    text: expression.slice(start, end < 0 ? undefined : end),
  };
}

/** What is wrong with an expression, and where. */
export interface Mistake {
  readonly at: number;
  readonly message: string;
}

/**
 * Makes the error of an expression that does not compile, in cel-go's form.
 *
 * Effects: none
 * Source: cel-go common/error.go ToDisplayString; fluxcd/pkg runtime/cel/expression.go NewExpression
 */
export function refusal(expression: string, mistakes: readonly Mistake[]): FluxError {
  const texts = mistakes.map(({ at, message }) => {
    const { line, column, text } = locate(expression, at);
    return `ERROR: <input>:${line}:${column}: ${message}\n | ${text}\n | ${'.'.repeat(column - 1)}^`;
  });
  return new FluxError('cel/invalid', `failed to parse the CEL expression '${expression}': ${texts.join('\n')}`, {
    terminal: true,
  });
}

/** Makes the error of an expression that compiles and cannot be run. */
export function unrunnable(message: string): FluxError {
  return new FluxError('cel/invalid', `failed to create CEL program: ${message}`, { terminal: true });
}
