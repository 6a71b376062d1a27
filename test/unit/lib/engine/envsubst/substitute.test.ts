import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import { substitute } from '../../../../../src/lib/engine/envsubst/index.ts';

const VARIABLES: Readonly<Record<string, string>> = { A: 'hello', B: 'foo/bar/baz.txt', E: '', N: '2', U: 'éa' };
const lookup = (name: string): string | undefined => (Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined);
const strict = (text: string): string => substitute(text, lookup, { strict: true });
const lenient = (text: string): string => substitute(text, lookup, { strict: false });

function errorOf(text: string): FluxError {
  try {
    strict(text);
  } catch (error) {
    if (error instanceof FluxError) return error;
  }
  return assert.fail(`no FluxError from ${text}`);
}

describe('substitute()', () => {
  test('leaves text without dollar as it is, NUL and all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const plain = text.replaceAll('$', '');
        assert.equal(strict(plain), plain);
      }),
    );
    assert.equal(strict('a\0b ${N}'), 'a\0b 2');
  });

  test('leaves text in which no dollar stands before a dollar or a brace as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const plain = text.replaceAll(/\$+(?=[{$])|\$\$+/g, '');
        assert.equal(strict(plain), plain);
      }),
    );
  });

  test('gives back any text whose dollars are doubled', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', 'A', ':', '-', 'é', '\n') }), (text) => {
        assert.equal(strict(text.replaceAll('$', '$$$$')), text);
      }),
    );
  });

  test('puts any value in as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        assert.equal(
          substitute('[${X}${X:-}]', () => value, { strict: true }),
          `[${value}${value}]`,
        );
      }),
    );
  });

  test('answers any text with a text or an error of its own', () => {
    const unit = fc.constantFrom('${', '}', '$', '#', '%', '/', ':', '-', '=', '^', ',', 'A', 'X', 'é', '[', ']', '*', '\\', '2');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 30 }), (text) => {
        try {
          assert.equal(typeof lenient(text), 'string');
        } catch (error) {
          assert.ok(error instanceof FluxError && error.code.startsWith('envsubst/'), String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('replaces what is not set by nothing unless it is strict', () => {
    assert.equal(lenient('[${X}${X^^}${X#a}]'), '[]');
  });

  test('wants a value for what is not set where it is strict, save for defaults', () => {
    for (const text of ['${X}', '${X^^}', '${#X}', '${X#a}', '${X/a/b}', '${X:1}']) {
      const error = errorOf(text);
      assert.equal(error.code, 'envsubst/missing-variable');
      assert.equal(error.message, 'variable not set (strict mode): "X"');
    }
    assert.equal(strict('${X:-d}${X:=d}${X=d}${X:+d}${X:?d}'), 'ddddd');
    assert.equal(strict('[${E}]'), '[]');
  });

  test('wants a value within a default even where the default is not needed', () => {
    assert.equal(errorOf('${A:-${X}}').code, 'envsubst/missing-variable');
  });

  test('tells line and column of the expression that fails', () => {
    assert.deepEqual(errorOf('kind: é\nname: é${A}${X}').details, { variable: 'X', line: 2, column: 12 });
    assert.deepEqual(errorOf('${A:-\n  ${X}}').details, { variable: 'X', line: 2, column: 3 });
    assert.deepEqual(errorOf('😀 ${a-b}').details, { line: 1, column: 3 });
  });

  test('finds bad syntax before it asks for a value', () => {
    const error = errorOf('${X} ${A');
    assert.equal(error.code, 'envsubst/syntax');
    assert.deepEqual(error.details, { line: 1, column: 6 });
  });

  test('does not look at values again', () => {
    assert.equal(
      substitute('${X}', () => '${Y}$$', { strict: true }),
      '${Y}$$',
    );
  });

  test('counts bytes and refuses to cut a character', () => {
    assert.equal(strict('${#U} ${U:2} ${U:0:2}'), '3 a é');
    assert.equal(errorOf('${U:1}').code, 'envsubst/cut-character');
    assert.equal(errorOf('${U:0:1}').code, 'envsubst/cut-character');
    assert.equal(
      substitute('${X:0:3}', () => '\u{FFFD}a', { strict: true }),
      '\u{FFFD}',
    );
  });

  test('takes lengths below zero from the end', () => {
    assert.equal(strict('[${A:1:-1}] [${A:3:-3}] [${A:9:-1}]'), '[ell] [] []');
  });

  test('leaves a value whole where a position is no number', () => {
    assert.equal(strict('${A: -2} ${A:x} ${A:1:y} ${A:99999999999999999999}'), 'hello hello hello hello');
    assert.equal(strict('${A:+1} ${A:${N}}'), 'hello llo');
  });

  test('stops before a value grows beyond measure', () => {
    const error = (() => {
      try {
        substitute('${X//a/${X//a/${X}}}', () => 'a'.repeat(1000), { strict: true });
      } catch (thrown) {
        return thrown;
      }
      return undefined;
    })();
    assert.ok(error instanceof FluxError);
    assert.equal(error.code, 'envsubst/too-large');
  });

  test('stops where defaults stand in one another too deep', () => {
    const deep = (levels: number): string => '${X:-'.repeat(levels) + '}'.repeat(levels);
    assert.equal(strict(deep(500)), '');
    assert.equal(errorOf(deep(100_000)).code, 'envsubst/too-deep');
  });

  test('reads many expressions', () => {
    assert.equal(strict('${N}'.repeat(100_000)), '2'.repeat(100_000));
  });
});
