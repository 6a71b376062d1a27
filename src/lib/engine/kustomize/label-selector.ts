import { FluxError } from '../../core/errors.ts';

/** Tells whether a set of labels fits. */
export type LabelMatcher = (labels: ReadonlyMap<string, string>) => boolean;

/**
 * Reads a Kubernetes label selector: `a=b,c!=d,e in (x,y),f notin (z),g,!h,i>1`.
 *
 * Effects: none
 * Source: k8s.io/apimachinery/pkg/labels
 *
 * @returns what fits every requirement; an empty text fits everything
 * @throws {FluxError} kustomize/invalid-selector: not such a selector
 */
export function parseLabelSelector(text: string): LabelMatcher {
  const tokens = tokenize(text);
  const requirements: LabelMatcher[] = [];
  let at = 0;
  const fail = (found: string | undefined, expected: string) =>
    new FluxError(
      'kustomize/invalid-selector',
      `parse label selector "${text}": unable to parse requirement: found '${found ?? ''}' expected: ${expected}`,
    );
  const isWord = (token: string | undefined): token is string => token !== undefined && !/^(?:[(),!<>]|==?|!=)$/.test(token);
  while (at < tokens.length) {
    if (tokens[at] === '!') {
      const key = tokens[at + 1];
      if (!isWord(key)) throw fail(key, 'identifier');
      requirements.push((labels) => !labels.has(key));
      at += 2;
    } else {
      const key = tokens[at];
      if (!isWord(key)) throw fail(key, "!, identifier, or 'end of string'");
      const operator = tokens[at + 1];
      if (operator === undefined || operator === ',') {
        requirements.push((labels) => labels.has(key));
        at += 1;
      } else if (operator === 'in' || operator === 'notin') {
        const { values, next } = valueList(tokens, at + 2, fail);
        const isIn = operator === 'in';
        requirements.push((labels) => {
          const value = labels.get(key);
          return value === undefined ? !isIn : values.has(value) === isIn;
        });
        at = next;
      } else if (operator === '=' || operator === '==' || operator === '!=') {
        const word = tokens[at + 2];
        const value = word === undefined || word === ',' ? '' : word;
        if (word !== undefined && word !== ',' && !isWord(word)) throw fail(word, 'identifier');
        requirements.push(
          (labels) => (labels.get(key) === value) === (operator !== '!=') && (operator === '!=' || labels.has(key)),
        );
        at += word === undefined || word === ',' ? 2 : 3;
      } else if (operator === '>' || operator === '<') {
        const value = tokens[at + 2];
        if (value === undefined || !/^-?\d+$/.test(value)) throw fail(value, 'an integer');
        requirements.push((labels) => {
          const label = labels.get(key);
          if (label === undefined || !/^-?\d+$/.test(label)) return false;
          return operator === '>' ? BigInt(label) > BigInt(value) : BigInt(label) < BigInt(value);
        });
        at += 3;
      } else {
        throw fail(operator, "in, notin, =, ==, !=, <, >, ',' or 'end of string'");
      }
    }
    if (at < tokens.length) {
      if (tokens[at] !== ',') throw fail(tokens[at], "',' or 'end of string'");
      at++;
      if (at === tokens.length) throw fail('', "identifier after ','");
    }
  }
  return (labels) => requirements.every((fits) => fits(labels));
}

function valueList(
  tokens: readonly string[],
  start: number,
  fail: (found: string | undefined, expected: string) => FluxError,
): { values: Set<string>; next: number } {
  if (tokens[start] !== '(') throw fail(tokens[start], "'('");
  const values = new Set<string>();
  let at = start + 1;
  let value = '';
  for (; at < tokens.length && tokens[at] !== ')'; at++) {
    if (tokens[at] === ',') {
      values.add(value);
      value = '';
    } else {
      value = tokens[at] ?? '';
    }
  }
  if (at >= tokens.length) throw fail('', "',' or ')'");
  values.add(value);
  return { values, next: at + 1 };
}

function tokenize(text: string): string[] {
  return text.match(/==|!=|[(),!<>=]|[^\s(),!<>=]+/g) ?? [];
}
