import type { FluxError } from '../../core/errors.ts';
import { expressionError } from './errors.ts';
import { DEFAULT_OPERATORS, MAX_VALUE_LENGTH, OPERATORS, type OperatorFailure, valueOrDefault } from './operators.ts';
import { parseTemplate } from './parse-template.ts';
import type { ExpressionNode, SubstituteOptions, TemplateNode } from './types.ts';

/**
 * Replaces `${…}` in a text by values of variables, as `spec.postBuild` of a Flux Kustomization does. `$X` without braces
 * stays, `$$` becomes `$`; values are put in as they are and not looked at again.
 *
 * The whole text is read before the first value is asked for, so a syntax error anywhere comes first. Operands are evaluated
 * even where the default is not needed, so a missing variable within them is an error all the same.
 *
 * Effects: none
 * Source: fluxcd/pkg envsubst@v1.7.0
 * Differs: see the README of this part.
 *
 * @param lookup the value of a variable; undefined where it is not set
 * @throws {FluxError} envsubst/syntax, envsubst/too-deep, envsubst/missing-variable, envsubst/cut-character,
 * envsubst/too-large; each with `line`, `column` (from 1) of the `${` concerned as details
 * @example substitute('replicas: ${n:=2}', () => undefined, { strict: true }) // 'replicas: 2'
 */
export function substitute(text: string, lookup: (name: string) => string | undefined, options: SubstituteOptions): string {
  if (!text.includes('$')) return text;

  function evaluate(node: TemplateNode): string {
    return 'text' in node ? node.text : evaluateExpression(node);
  }

  function evaluateExpression(node: ExpressionNode): string {
    const operands = node.operands.map(evaluate);
    const value = lookup(node.variable);
    if (value === undefined && options.strict && !DEFAULT_OPERATORS.has(node.operator)) throw missing(text, node);
    const operator = Object.hasOwn(OPERATORS, node.operator) ? OPERATORS[node.operator] : undefined;
    const result = (operator ?? valueOrDefault)(value ?? '', operands);
    if (typeof result !== 'string') throw failed(text, node, result.failure);
    return result;
  }

  return parseTemplate(text).map(evaluate).join('');
}

function missing(text: string, { variable, offset }: ExpressionNode): FluxError {
  return expressionError(
    'envsubst/missing-variable',
    `variable not set (strict mode): ${JSON.stringify(variable)}`,
    `set it, give it a default ("\${${variable}:=value}"), or write "$\${${variable}}" if that text is meant`,
    { text, offset },
    { variable },
  );
}

function failed(text: string, { variable, offset }: ExpressionNode, failure: OperatorFailure): FluxError {
  if (failure === 'cut-character') {
    return expressionError(
      'envsubst/cut-character',
      `part of ${JSON.stringify(variable)} begins or ends within a character`,
      'positions and lengths count bytes of UTF-8: choose others',
      { text, offset },
      { variable },
    );
  }
  return expressionError(
    'envsubst/too-large',
    `replacing in ${JSON.stringify(variable)} gives more than ${MAX_VALUE_LENGTH / (1024 * 1024)} MiB`,
    'replace something longer, or by something shorter',
    { text, offset },
    { variable },
  );
}
