import { FluxError, isFluxError } from '../../core/errors.ts';
import { createBudget, DEFAULT_MAX_COST } from './budget.ts';
import { checkRunnable } from './check-runnable.ts';
import { checkTypes, formatType } from './check-types.ts';
import { evaluate } from './evaluate.ts';
import { refusal } from './failures.ts';
import { createLibrary } from './library.ts';
import { parseExpression } from './parse-expression.ts';
import type { CelValue, CompileOptions, Program } from './types.ts';
import { fromJson } from './values.ts';

/**
 * Compiles an expression in Flux's environment.
 *
 * Effects: loads the parser
 * Source: fluxcd/pkg runtime/cel/expression.go
 * Differs: an evaluation has a limit, and costs one step per node and more for long texts
 *
 * @throws {FluxError} cel/invalid: with cel-go's sentence
 * @example (await compile('status.phase == "Active"')).evaluateBoolean(object)
 */
export async function compile(expression: string, options: CompileOptions = {}): Promise<Program> {
  const { variables, maxCost = DEFAULT_MAX_COST } = options;
  const tree = await parseExpression(expression);
  const library = createLibrary();
  if (variables !== undefined) {
    const { type, mistakes } = checkTypes(tree, variables, library);
    if (mistakes.length > 0) throw refusal(expression, mistakes);
    if (type.name !== 'bool') throw mismatch(type.name === 'null' ? 'null_type' : formatType(type));
  }
  checkRunnable(tree, library, createBudget(maxCost));
  const run = (given: Readonly<Record<string, unknown>>): CelValue => {
    const look = (name: string): CelValue | undefined => (Object.hasOwn(given, name) ? fromJson(given[name]) : undefined);
    try {
      return evaluate(tree, { library, budget: createBudget(maxCost), look: remember(look) });
    } catch (error) {
      throw named(error, expression);
    }
  };
  return {
    expression,
    evaluate: run,
    evaluateBoolean: (given) => {
      const value = run(given);
      if (typeof value === 'boolean') return value;
      throw new FluxError('cel/failed', `failed to evaluate CEL expression as boolean: '${expression}'`);
    },
  };
}

function mismatch(type: string): FluxError {
  return new FluxError('cel/invalid', `CEL expression output type mismatch: expected bool, got ${type}`, { terminal: true });
}

/** Each variable is taken over once. */
function remember(look: (name: string) => CelValue | undefined): (name: string) => CelValue | undefined {
  const known = new Map<string, CelValue | undefined>();
  return (name) => {
    if (!known.has(name)) known.set(name, look(name));
    return known.get(name);
  };
}

function named(error: unknown, expression: string): unknown {
  if (!isFluxError(error, 'cel/')) return error;
  return new FluxError(error.code, `failed to evaluate the CEL expression '${expression}': ${error.message}`, { cause: error });
}
