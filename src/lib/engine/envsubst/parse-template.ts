import type { FluxError } from '../../core/errors.ts';
import { expressionError } from './errors.ts';
import type { ExpressionNode, TemplateNode } from './types.ts';

/** How deep expressions may stand in one another. Upstream has no limit; people write two. */
const MAX_DEPTH = 500;

/** Upstream's sentences. */
const SENTENCES = {
  brace: 'missing closing brace',
  name: 'unable to parse variable name',
  operand: 'unable to parse substitution within function',
  bad: 'bad substitution',
} as const;

/** The name of a variable; it may begin with a digit. */
const NAME = /[\p{L}\p{Nd}_]+/uy;

/** Where an operand ends, and whether `$$`, `\/` and `\\` are escapes in it. */
interface OperandRule {
  readonly end: RegExp;
  readonly escapes: boolean;
}

const TO_BRACE: OperandRule = { end: /[}]/, escapes: false };
const TO_COLON_OR_BRACE: OperandRule = { end: /[:}]/, escapes: false };
const PATTERN: OperandRule = { end: /[/]/, escapes: true };
const REPLACEMENT: OperandRule = { end: /[}]/, escapes: true };

/**
 * Reads a template into text and expressions. Outside of expressions `$$` stands for one `$`, and a `$` without brace is text.
 *
 * Effects: none
 * Source: fluxcd/pkg envsubst@v1.7.0, parse/parse.go and parse/scan.go
 * Differs: upstream takes a NUL for the end of the text and drops what follows; here it is a character like others.
 *
 * @throws {FluxError} envsubst/syntax: an expression cannot be read; envsubst/too-deep: more than 500 levels
 */
export function parseTemplate(text: string): TemplateNode[] {
  const nodes: TemplateNode[] = [];
  let position = 0;
  let depth = 0;

  function fail(offset: number, sentence: string): FluxError {
    return expressionError(
      'envsubst/syntax',
      sentence,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the syntax that is meant
      'write "$${" where "${" is meant literally; the forms that exist are in the documentation of "postBuild"',
      { text, offset },
    );
  }

  function closeBrace(offset: number, sentence: string = SENTENCES.bad): void {
    if (text[position] !== '}') throw fail(offset, sentence);
    position += 1;
  }

  /** Takes what a sticky expression matches here; empty where it does not. */
  function take(expression: RegExp): string {
    expression.lastIndex = position;
    const [found = ''] = expression.exec(text) ?? [];
    position += found.length;
    return found;
  }

  function parseExpression(): ExpressionNode {
    const offset = position;
    depth += 1;
    if (depth > MAX_DEPTH) {
      throw expressionError(
        'envsubst/too-deep',
        `variables with defaults stand in one another more than ${MAX_DEPTH} levels deep`,
        'use fewer levels',
        { text, offset },
      );
    }
    position += 2;
    const node = text[position] === '#' ? parseLength(offset) : parseNamed(offset);
    depth -= 1;
    return node;
  }

  function parseLength(offset: number): ExpressionNode {
    position += 1;
    const variable = take(NAME);
    if (variable === '') throw fail(offset, SENTENCES.bad);
    closeBrace(offset);
    return { variable, operator: '#', operands: [], offset };
  }

  function parseNamed(offset: number): ExpressionNode {
    const variable = take(NAME);
    if (variable === '') throw fail(offset, SENTENCES.name);
    switch (text[position]) {
      case ':':
      case '=': {
        const operator = take(/:[-=?+]|=/y);
        return operator === '' ? parseSubstring(variable, offset) : parseDefault(variable, operator, offset);
      }
      case ',':
      case '^': {
        const operator = take(/[,^]{1,2}/y);
        closeBrace(offset);
        return { variable, operator, operands: [], offset };
      }
      case '/':
        return parseReplace(variable, offset);
      case '#':
      case '%': {
        const operator = take(/##?|%%?/y);
        const operands = [parseOperand(TO_BRACE, offset)];
        closeBrace(offset);
        return { variable, operator, operands, offset };
      }
      default:
        closeBrace(offset, SENTENCES.brace);
        return { variable, operator: '', operands: [], offset };
    }
  }

  function parseDefault(variable: string, operator: string, offset: number): ExpressionNode {
    const operands: TemplateNode[] = [];
    while (text[position] !== '}') operands.push(parseOperand(TO_BRACE, offset));
    closeBrace(offset);
    return { variable, operator, operands, offset };
  }

  function parseSubstring(variable: string, offset: number): ExpressionNode {
    position += 1;
    // Upstream steps back by the width of what follows the colon, and stumbles over what is wider than a byte.
    if (position >= text.length || text.charCodeAt(position) > 0x7f) throw fail(offset, SENTENCES.bad);
    const operands = [parseOperand(TO_COLON_OR_BRACE, offset)];
    if (text[position] !== '}') {
      // Any number of colons is one.
      if (take(/:+/y) === '') throw fail(offset, SENTENCES.bad);
      operands.push(parseOperand(TO_BRACE, offset));
    }
    closeBrace(offset);
    return { variable, operator: ':', operands, offset };
  }

  function parseReplace(variable: string, offset: number): ExpressionNode {
    const operator = take(/\/[/#%]?/y);
    // A closing brace does not end the pattern: only the next slash does.
    const operands = [parseOperand(PATTERN, offset)];
    if (take(/\/+/y) === '') throw fail(offset, SENTENCES.bad);
    if (text[position] !== '}') operands.push(parseOperand(REPLACEMENT, offset));
    closeBrace(offset);
    return { variable, operator, operands, offset };
  }

  /** Reads one nested expression, or text up to the next one or to the end of the operand; never empty. */
  function parseOperand(rule: OperandRule, offset: number): TemplateNode {
    if (text.startsWith('${', position)) return parseExpression();
    const read = readText(rule.end, rule.escapes ? /^(?:\$\$|\\[/\\])$/ : undefined);
    if (read === undefined) throw fail(offset, SENTENCES.operand);
    return { text: read };
  }

  /** Reads text up to `${`, an end or the end of the template; undefined where there is none, not even escaped. */
  function readText(end: RegExp | undefined, escape: RegExp | undefined): string | undefined {
    const start = position;
    let read = '';
    let from = position;
    while (position < text.length) {
      const pair = text.slice(position, position + 2);
      if (pair === '${') break;
      if (escape?.test(pair) === true) {
        read += text.slice(from, position);
        from = position + 1;
        position += 2;
      } else if (end?.test(text[position] ?? '') === true) break;
      else position += 1;
    }
    return position === start ? undefined : read + text.slice(from, position);
  }

  while (position < text.length) {
    if (text.startsWith('${', position)) nodes.push(parseExpression());
    else nodes.push({ text: readTopText() });
  }
  return nodes;

  /** As `readText`, by leaps from dollar to dollar: most text has few. */
  function readTopText(): string {
    let read = '';
    let from = position;
    for (;;) {
      const dollar = text.indexOf('$', position);
      if (dollar === -1) {
        position = text.length;
        break;
      }
      const next = text[dollar + 1];
      if (next === '{') {
        position = dollar;
        break;
      }
      if (next === '$') {
        read += text.slice(from, dollar);
        from = dollar + 1;
        position = dollar + 2;
      } else position = dollar + 1;
    }
    return read + text.slice(from, position);
  }
}
