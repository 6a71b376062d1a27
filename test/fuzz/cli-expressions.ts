import type { Random } from '../kill/random.ts';

/** Variables that expressions are about. */
export const VARIABLES: Readonly<Record<string, string>> = {
  A: 'alpha',
  B: 'b/e/t/a.tar.gz',
  LONG: 'The Quick brown fox',
  EMPTY: '',
  a_b: 'x$y',
  _x: '${A}',
};

const NAMES: readonly string[] = [...Object.keys(VARIABLES), 'UNSET', '1x', 'A-B', ''];
const OPERATORS: readonly string[] = ['', ...':- - := = :+ + :? ? # ## % %% / // /# /% ^ ^^ , ,, : @U @ !'.split(' ')];
const WORDS: readonly string[] = [
  '',
  'a b',
  ...`x * ? / . a* [a-z] $A \${B} { } \\ $$ "q" ' : - = # % 1 2 -1 0 3:2 , ^ ä`.split(' '),
];
const NUMBERS: readonly string[] = ['0', '1', '2', '-1', '-3', '10', '50', 'x', '', ' 1'];

/** A line with an expression as `envsubst` reads it, or almost. */
export function expressionLine(random: Random): string {
  const before = random.pick(['a: ', 'key: "', '- ', '']);
  return before + expression(random, 2) + random.pick(['', ' tail', '"']) + random.pick(['', '\n', '\n\n']);
}

function expression(random: Random, depth: number): string {
  const name = random.pick(NAMES);
  const word = (): string => (depth > 0 && random.next() < 0.15 ? expression(random, depth - 1) : random.pick(WORDS));
  const form = random.next();
  if (form < 0.12) return random.pick([`$${name}`, `$\${${name}}`, `\${#${name}}`, `\${${name}`, `\${!${name}}`]);
  const operator = random.pick(OPERATORS);
  const more = random.next() < 0.3 ? word() : '';
  if (operator === '') return `\${${name}${more}}`;
  if (operator === ':') {
    return `\${${name}:${random.pick(NUMBERS)}${random.next() < 0.5 ? `:${random.pick(NUMBERS)}` : ''}}`;
  }
  const rest = operator.startsWith('/') && random.next() < 0.8 ? `/${word()}` : '';
  return `\${${name}${operator}${word()}${rest}${more}}`;
}
