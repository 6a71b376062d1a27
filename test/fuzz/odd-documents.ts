import fc from 'fast-check';

/** Members of a map at an indentation of two, as a user may write them: anchors, merge keys, flow collections, blocks of all heads. */
const ODD_MEMBERS: readonly string[] = [
  'f: {a: b, c: [d, e], "g": \'h\'}',
  'f: {a: , b, c: d}',
  'f: [a: b, {c: d}, [e], ]',
  'f: {\n    a: b, # comment\n    c: d\n  }',
  'f: [\n  a,\n  b\n]',
  'f: {a: >-\n    x\n      y\n    z\n    , b: c}',
  'f: {"a":b,"c":["d"]}',
  'f: [-, -x, "-"]',
  'f: &x {k: v, l: [1]}\n  g: *x\n  h:\n    <<: *x\n    m: n',
  'f: &x {k: v}\n  g: &y {k: w, z: 1}\n  h: {<<: [*x, *y], q: w}',
  'f: &x one\n  g: [*x, *x]\n  h: *x',
  'f:\n  - &x\n    k: v\n  - *x\n  - {<<: *x, k: w}',
  'f: |2\n     x\n    y',
  'f: |+\n    x\n\n  g: h',
  'f: |-\n\n    x\n\n  # comment\n  g: h',
  'f: |\n  g: h',
  'f: >\n    x\n\n      y\n    z\n\n\n    w\n  g: h',
  'f: >+2\n     x\n    y\n\n  g: h',
  'f: >-\n    x  \n    y',
  'f: >\n    - a\n      b\n    - c',
  'f: | # comment\n    # text\n    x\n   # comment\n  g: h',
  'f: one\n    two\n\n    three # comment\n  g: h',
  'f: "one\n    two \\\n    three\n\n    four"\n  g: h',
  "f: 'one\n\n    it''s'\n  g: h",
  'f: # comment\n  - a # comment\n  # comment\n  - b',
  'f:\n  -\n    a: b\n  -   c: d\n      e: f\n  - - g\n    - h',
  '? f\n  : g\n  ? h\n  : - i',
  '"f g": h\n  \'i\': j\n  k l: m',
  'y: on\n  no: off\n  "1": 2',
  'k10: 1\n  k2: 2\n  K1: 3\n  é: 4',
  'f: [0x1F, 0o17, 0755, 1_000, 1e3, .5, 1e20, 12345678901234567890, -9223372036854775808, 1:30]',
  'f: [2024-01-31, 2024-01-31 10:20:30, 2001-1-1, 2024-01-31T10:20:30.5+02:00]',
  'f: [y, Yes, on, OFF, True, ~, Null, "", <<, =]',
  'f: !!str 5\n  g: !!int "7"\n  h: ! i\n  j: !mine k\n  l: !!binary aGk=',
  'f: "\\x41\\u0042\\U0001F600\\t\\e\\_"\n  🚀: "\\u2028"',
  `f: ${'long words '.repeat(12)}\n  g: "${'a: b '.repeat(20)}"`,
  `${'k'.repeat(130)}: v`,
  'f: a#b\n  g: a:b\n  h: http://x:80/?a=b&c',
  'f:   spaced   \n  g:\tx',
  'f: {}\n  g: []\n  h: null\n  i:',
  // Refused, or nearly so.
  'f: a\n  f: b',
  'f: *nothing',
  'f: .inf',
  '1: f',
  'f: {a: b',
  'f: a: b',
  'f: "\\q"',
  'f: @x',
  '\tf: g',
  '<<: 1',
];

/** Members that a resource of a user's own kind has besides. */
export const oddMembers: fc.Arbitrary<string | undefined> = fc.oneof(
  { withCrossShrink: true },
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 3, arbitrary: fc.constantFrom(...ODD_MEMBERS) },
);

/** How a file of documents is written. */
export type FileStyle = 'plain' | 'crlf' | 'bom' | 'leading' | 'separators' | 'comments' | 'noNewline' | 'list' | 'kindList';

/** Any way to write a file; mostly the plain one. */
export const fileStyle: fc.Arbitrary<FileStyle> = fc.oneof(
  { withCrossShrink: true },
  { weight: 5, arbitrary: fc.constant<FileStyle>('plain') },
  {
    weight: 3,
    arbitrary: fc.constantFrom<FileStyle>('crlf', 'bom', 'leading', 'separators', 'comments', 'noNewline', 'list', 'kindList'),
  },
);

/** Writes documents to one text. */
export function writeDocuments(documents: readonly string[], style: FileStyle): string {
  const plain = documents.join('---\n');
  switch (style) {
    case 'plain':
      return plain;
    case 'crlf':
      return plain.replaceAll('\n', '\r\n');
    case 'bom':
      return `\uFEFF${plain}`;
    case 'leading':
      return `# comment\n---\n${plain}---\n`;
    case 'separators':
      return `--- # first\n${documents.join('---   \n# only this\n---\n\n---\n')}`;
    case 'comments':
      return documents.map((text) => text.replace(/^(kind: .*)$/m, '# before\n$1 # behind\n\n  # deep')).join('--- # next\n');
    case 'noNewline':
      return plain.replace(/\n+$/, '');
    case 'list':
    case 'kindList': {
      const items = documents.map(
        (text) =>
          `- ${text
            .replace(/\n+$/, '')
            .replaceAll('\n', '\n  ')
            .replaceAll(/\n +(?=\n)/g, '\n')}\n`,
      );
      return `apiVersion: v1\nkind: ${style === 'list' ? '' : 'ConfigMap'}List\nitems:\n${items.join('')}`;
    }
  }
}
