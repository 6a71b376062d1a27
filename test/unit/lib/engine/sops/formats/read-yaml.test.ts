import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../../src/lib/core/errors.ts';
import { readYaml } from '../../../../../../src/lib/engine/sops/formats/read-yaml.ts';
import { writeYaml } from '../../../../../../src/lib/engine/sops/formats/write-yaml.ts';

const again = (text: string) => writeYaml(readYaml(text, 'f'));

// What stands here was compared with `sops encrypt` and `sops decrypt` of the same text.
test('readYaml() and writeYaml() keep comments where they are', () => {
  const text = `# head of all

# head of key
kind: Secret # on the line
metadata:
    # first in the map
    name: x
    # last in the map
list:
    # before the items
    - a
    # between
    - b # on an item
    - c: 1
      # in a map in a list
      d: 2
script: | # on a block
    one

    two
# the end
`;
  const wanted = text.replace('# head of all\n\n', '# head of all\n');
  assert.equal(again(text), wanted);
  assert.equal(again(wanted), wanted);
});

test('readYaml() gives a comment to the block that it is indented as', () => {
  assert.equal(again('a:\n    b: 1\n    # of a\n\nc: 2\n'), 'a:\n    b: 1\n    # of a\nc: 2\n');
  assert.equal(again('a:\n    b: 1\n# of c\nc: 2\n'), 'a:\n    b: 1\n# of c\nc: 2\n');
  assert.equal(again('a:\n    b:\n        c: 1\n    # left\n\n    d: 2\n'), 'a:\n    b:\n        c: 1\n    # left\n    d: 2\n');
  assert.equal(again('a: 1\n# end of one\n---\n# head of two\nb: 2\n'), 'a: 1\n# end of one\n---\n# head of two\nb: 2\n');
});

test('writeYaml() writes values as the sops CLI does', () => {
  const text = `texts: [plain, "yes", "0777", "1:30", "2020-01-01", " lead", "a: b", "a\\tb", "", "\\u0007", "😀", "<<"]
numbers: [1, -2, 0x10, 1.0, 1234567.5, 1e-7, .inf, 9223372036854775807]
others: [true, null, ~, 2020-01-01, {}, []]
blocks: ["a\\nb", "a\\nb\\n", "a\\n\\n", " a\\nb", "a \\nb", "a\\t\\nb"]
anchor: &x {k: v}
alias: *x
`;
  assert.equal(
    again(text),
    `texts:
    - plain
    - "yes"
    - "0777"
    - "1:30"
    - "2020-01-01"
    - ' lead'
    - 'a: b'
    - "a\\tb"
    - ""
    - "\\a"
    - "\\U0001F600"
    - !!merge <<
numbers:
    - 1
    - -2
    - 16
    - 1
    - 1.2345675e+06
    - 1e-07
    - .inf
    - 9223372036854775807
others:
    - true
    - null
    - null
    - 2020-01-01T00:00:00Z
    - {}
    - []
blocks:
    - |-
      a
      b
    - |
      a
      b
    - |+
      a

    - |4-
       a
      b
    - "a \\nb"
    - |-
      a\t
      b
anchor:
    k: v
alias:
    k: v
`,
  );
});

test('writeYaml() writes long keys with a question mark', () => {
  const key = 'k'.repeat(129);
  assert.equal(again(`${key}: 1\n`), `? ${key}\n: 1\n`);
});

test('readYaml() refuses what SOPS refuses', () => {
  const refuses = (text: string, code: string, message: RegExp) =>
    assert.throws(
      () => readYaml(text, 'f.yaml'),
      (error) => isFluxError(error, code) && message.test(error.message) && error.source?.file === 'f.yaml',
      text,
    );
  refuses('- a\n', 'sops/bad-file', /sequences are not supported/);
  refuses('text\n', 'sops/bad-file', /values are not supported/);
  refuses('a: 1\na: 2\n', 'sops/bad-file', /already defined/);
  refuses('a: 18446744073709551615\n', 'sops/bad-file', /unknown type: uint64/);
  refuses('a: *nobody\n', 'sops/bad-file', /unknown anchor/);
  refuses('a: !!binary "*"\n', 'sops/bad-file', /invalid base64/);
  refuses('? [a]\n: 1\n', 'sops/bad-file', /a map key must be a string/);
});
