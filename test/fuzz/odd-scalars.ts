import fc from 'fast-check';

/** YAML texts of scalars, as a user may write them, that read as something unexpected or are written in a way of their own. */
const ODD: readonly string[] = [
  'y',
  'Yes',
  'off',
  'true',
  'True',
  '"true"',
  '~',
  'null',
  "''",
  '""',
  '0755',
  '0o17',
  '0x1F',
  '0b101',
  '1_000',
  '1:30',
  '12',
  '"12"',
  '+1',
  '-0',
  '1.0',
  '1.50',
  '.5',
  '1e3',
  '1E+2',
  '6.02e23',
  '123456789012345678901234567890',
  '9223372036854775807',
  '18446744073709551615',
  '2024-01-31',
  '2024-01-31T10:20:30Z',
  '"2024-01-31"',
  '!!str 5',
  '!!int "7"',
  'web',
  'a b',
  "it's",
  "'it''s'",
  '"tab\\there"',
  '"line\\nbreak"',
  '"trail "',
  "' lead'",
  'a # comment',
  '"# none"',
  'é',
  '"\\u00e9\\u2028x"',
  '🚀',
  'k=v',
  '"a: b"',
  '"- x"',
  '"*x"',
  '"&x"',
  '"@x"',
  '"%x"',
  '"{}"',
  '"[]"',
  '"?"',
  '"-"',
  '"="',
  '"<<"',
  '=',
  '$(VAR)',
  '"${x}"',
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen',
  '"one two three four: five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"',
  '|\n  block\n    deeper\n',
  '|-\n  no end\n',
  '|+\n  kept\n\n',
  '>\n  folded\n  lines\n\n  more\n',
  '>-\n  folded\n   deeper\n  back\n',
];

/** A scalar as written; most are plain words, so that a tree seldom has more than a few odd ones. */
export const scalarText: fc.Arbitrary<string> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('web', 'front', 'v1', 'x-y', '"1"') },
  { weight: 3, arbitrary: fc.constantFrom(...ODD) },
);

/** A scalar that is a string for sure, for labels and annotations. */
export const stringText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('web', 'front', 'v1', 'x-y', '"1"', '"true"', "'y'", '"1.0"', '"0755"', "''") },
  { weight: 1, arbitrary: fc.constantFrom(...ODD) },
);

/** Writes a scalar behind a key, at an indentation: blocks get the margin that they need. */
export function placeScalar(text: string, indent: number): string {
  return text.replace(/\n(?=[^\n])/g, `\n${' '.repeat(indent)}`).replace(/\n+$/, (end) => end.slice(1));
}
