import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { emitYaml, parseYaml, parseYamlDocuments } from '../../../../../src/lib/core/yaml/index.ts';
import { assertReadersAgree, readSimply } from '../../../../support/compare-readers.ts';

/** Texts that the reader of simple YAML has to read. */
const SIMPLE = [
  'a: b\n',
  'a: b',
  '# only a comment\n',
  '\n\n   \n# c\na: b # c\n  # c\nb:   c   \n',
  'a:\nb:\n  c:\n    d: 1\n  e: 2\nf:\n',
  'a:\n- b\n- c: d\n  e: f\n-\n- - x\n  - y\n-   k:\n    - z\nb: c\n',
  'a:\n  - b\n  -   c\n  -\n    d: e\n  - # c\n    f\n',
  '- a\n-\n- b: c\n',
  'a: "b c # d"\nb: \'it\'\'s\' # c\n"c d": e\n\'f\' : g\n"": h\n',
  'a: "\\"\\\\ \\n\\t\\u00e9 b"\n',
  'a: {}\nb: []\nc: [a, "b", \'c\', [d, {e: f}]]  # c\nd: { "x":1, y: "z", \'w\' : v, }\n',
  'a: |\n  x\n\n   y # no comment\n  \n\nb: c\n',
  'a: |-\n  x\n  \tb\n',
  '- |+\n  x\n\n\n- >-\n  a\n  b\n\n  c\n    d\n  e\n\n- |\n- >\n- b\n',
  'a: |\n  x\n  y',
  'a: |',
  'a: |+\n  x\n\n  y',
  'a:\n- b: |\n   x\n  c: d\n',
  '---\na: b\n',
  '--- # c\n- b\n---\n# nothing\n---\nc: d\n---\n',
  'a: b:c\nb: c#d\nc: -1\nd: http://e/f?g=[h]&i={j}\ne: -x\n',
  '- --flag=x\n- :8080\n- ./x\n- (y)\n',
  'word\n',
  '"quoted"\n',
  '[a, b]\n',
  'constructor: a\n__proto__: b\ntoString: {__proto__: c, valueOf: d}\n',
  'é: ü\na: "\u{1f600}"\n# \u{1f600}\nb: \u{1f600}\n',
  'a b: c d\n',
  'a: b\n  c\n\n   d # e\n',
  'a:\n  b\n c\n\nd:\n- e\n  - f\n  g:h\n',
  "a: \"b  \n\n   c\\\n   \\ d \\x41\\u0041\\U0001F600\\e\"\nb: 'c\n\n  d''e'\n",
  'a: [b,\n  c , # d\n  # e\n\n "f\n   g" ]\nb: {\n  c: d\n  }\n',
  '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": null\n}\n',
  'a: | # c\n  b\n',
];

/** Texts that it has to leave to the general reader: what is unusual, what is wrong. */
const OTHERS = [
  ' a: b\n',
  '\ufeffa: b\n',
  'a: b\r\n',
  'a:\tb\n',
  'a: b\tc\n',
  '\ta: b\n',
  'a: b\n\tc: d\n',
  'a:\n- b\n-\tc\n',
  'a: &x b\n',
  'a: *x\n',
  'a: !x b\n',
  '? a\n: b\n',
  ': a\n',
  'a: {b: c\n',
  '%YAML 1.2\n---\na: b\n',
  'a: b\n...\n',
  '--- a\n',
  'a: b\n--- |\n c\n',
  '<<: {a: b}\n',
  'a: {<<: b}\n',
  'a: b\na: c\n',
  'a: {b: c, b: d}\n',
  '__proto__: b\n__proto__: c\n',
  'a: b: c\n',
  'a: - b\n',
  'a: "b" c\n',
  'a: "b"#c\n',
  'a: {b: c}#d\n',
  'a: [b]c\n',
  'a: [b, , c]\n',
  'a: [b: c]\n',
  'a: {b}\n',
  'a: {b: }\n',
  'a: {b:}\n',
  'a: [b:]\n',
  'a: [:b]\n',
  'a: [b?c]\n',
  'a: {"b\n c": d}\n',
  'a: {b\n : c}\n',
  'a: {"<<": b}\n',
  '"<<": b\n',
  'a:\n- \tb\n',
  'a:\n-\tb\n',
  '{a: b}: c\n',
  '[a]: b\n',
  'a: "\\/"\n',
  'a: "\\ud83d\n',
  'a: |2\n   b\n',
  'a: |x\n  b\n',
  'a: |\n    \n  b\n',
  'a: |\n\tb\n',
  'a: |\n  b\n\tc\n',
  'a: |\n  b\n  ',
  '|\n a\n',
  'a:\n   b: c\n  d: e\n',
  'a:\n  - b\n - c\n',
  'a: b\n- c\n',
  '- a\nb: c\n',
  'word\nword\n',
  'a: @b\n',
  'a: `b\n',
  'a: %b\n',
  'a: ,b\n',
  'a: \u0080\n',
  'a: \x7f\n',
  'a: \ufffe\n',
  'a: \ud83d\n',
  '# \udc00\n',
  'a\nb\n',
  '"a\n  b"\n',
  'a: b\n # c\n  d\n',
  'a: b # c\n  d\n',
  'a: b\n  c: d\n',
  'a: b\n  c\td\n',
  'a: "b\nc"\n',
  'a: "b\n\tc"\n',
  'a: "\\xg1"\n',
  'a: "\\U0001"\n',
  '"a\n  b": c\n',
  'a: [b,\nc]\n',
  'a: [b\n  c]\n',
  'a: {b\n  : c}\n',
  '[a,\n--- b]\n',
  'a: [b, # c',
];

/** Pieces that have a meaning in YAML. */
const PIECES = [
  '\n',
  ' ',
  '  ',
  '\t',
  '- ',
  '-',
  ':',
  ': ',
  '#',
  ' #',
  '"',
  "'",
  '|',
  '|-',
  '>+',
  '|2',
  '{',
  '}',
  '[',
  ']',
  ',',
  '? ',
  '?',
  ':x',
  'x:',
  '"<<": ',
  '"x\n  y"',
  '%',

  '@',
  '&a ',
  '*a',
  '!t ',
  '---',
  '\n---\n',
  '\n...\n',
  '<<: ',
  '\\',
  '\\n',
  '\\/',
  '\\u0041',
  "''",
  '\r',
  '\ufeff',
  '\u0080',
  '\u2028',
  '\ud83d',
  'é',
  'a',
  'a: b',
  '~',
  '1',
  '__proto__',
  '{}',
  '[a, b]',
  '{"a":1}',
  '- - ',
  '\n\n',
  ' \n',
  '\n  # c\n',
];

const change = fc.record({ at: fc.nat(), cut: fc.nat(3), put: fc.constantFrom('', ...PIECES) });

function changed(text: string, changes: readonly { at: number; cut: number; put: string }[]): string {
  return changes.reduce((whole, { at, cut, put }) => {
    const place = at % (whole.length + 1);
    return whole.slice(0, place) + put + whole.slice(place + cut);
  }, text);
}

describe('composeBlock()', () => {
  test('reads simple YAML as the general reader does', () => {
    for (const text of SIMPLE) assert.ok(assertReadersAgree(text), `gives up at ${JSON.stringify(text)}`);
    for (const text of OTHERS) assert.equal(readSimply(text), undefined, `reads ${JSON.stringify(text)}`);
  });

  test('tells where a document starts', () => {
    const offsets = (text: string) => readSimply(text)?.map(({ offset }) => offset);
    assert.deepEqual(offsets('# c\na: b\n---\n\n- c\n---\n---\n"d"\n'), [4, 14, 0, 27]);
    assert.deepEqual(offsets('"a": b\n'), [0]);
    assert.deepEqual(
      parseYamlDocuments('# c\na: b\n---\n\n- c\n').map(({ line }) => line),
      [2, 5],
    );
  });

  test('agrees with the general reader on simple YAML that was changed at random', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SIMPLE, ...OTHERS), fc.array(change, { minLength: 1, maxLength: 4 }), (text, changes) => {
        assertReadersAgree(changed(text, changes));
      }),
      { numRuns: 3000 },
    );
  });

  test('agrees with the general reader on lines of pieces', () => {
    const line = fc.tuple(fc.nat(4), fc.array(fc.constantFrom(...PIECES, 'k: ', 'v', '- k: v'), { maxLength: 4 }));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        assertReadersAgree(lines.map(([deep, pieces]) => ' '.repeat(deep) + pieces.join('')).join('\n'));
      }),
      { numRuns: 2000 },
    );
  });

  test('reads what emitYaml() writes', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('a\nb\n', 'a\n', ' a\n b', 'yes', '0777', '1e3', '~', '- a', 'a: b', '# a'),
    );
    const value = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, text, fc.boolean(), fc.integer(), fc.constant(null), tie('list'), tie('map')),
      list: fc.array(tie('value'), { maxLength: 4 }),
      // As in Go it is written without quotes, and then means something else.
      map: fc.dictionary(
        text.filter((key) => key !== '<<'),
        tie('value'),
        { maxKeys: 4, noNullPrototype: true },
      ),
    })).map;
    fc.assert(
      fc.property(value, (map) => {
        const written = emitYaml(map as Record<string, never>);
        assertReadersAgree(written);
        assert.deepEqual(parseYaml(written), map);
      }),
      { numRuns: 500 },
    );
  });

  test('gives up before it is too deep, so that the general reader decides', () => {
    const deep = (levels: number) => Array.from({ length: levels }, (_, level) => `${' '.repeat(level)}a:\n`).join('');
    assert.ok(readSimply(deep(50)));
    assert.equal(readSimply(deep(50), 50), undefined);
    assert.equal(readSimply(`a: ${'['.repeat(50)}${']'.repeat(50)}\n`, 50), undefined);
    assert.throws(() => parseYaml(deep(50), { maxDepth: 20 }), { code: 'yaml/too-large' });
  });
});
