import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { substitute } from '../../../../../src/lib/engine/envsubst/index.ts';

/** Results of fluxcd/pkg envsubst v1.7.0. */
const CASES: readonly (readonly [value: string, text: string, wanted: string])[] = [
  ['a[b]*c', '${X%[b]*c}', 'a[b]*c'],
  ['foobar', '${X%o*}', 'fo'],
  ['foobar', '${X%%o*}', 'f'],
  ['foobar', '${X#f?}', 'obar'],
  ['foobar', '${X/o/}', 'fobar'],
  ['foobar', '${X//o/}', 'fbar'],
  ['foobar', '${X/#foo/}', 'foobar'],
  ['foobar', '${X/#foo/x}', 'xbar'],
  ['foobar', '${X/%foo/x}', 'foobar'],
  ['foobar', '${X/%bar/x}', 'foox'],
  ['ab😀', '${X//${E}/-}', '-a-b-😀-'],
  ['ab', '${X/${E}/-}', '-ab'],
  ['$&$1', '${X/x/$&}', '$&$1'],
  ['axa', '${X/x/$&}', 'a$&a'],
  ['straße', '${X^^}', 'STRAßE'],
  ['ᾀᾳ', '${X^^}', 'ᾈᾼ'],
  ['éa', '${X^}', 'Éa'],
  ['İΣ', '${X,,}', 'iσ'],
  ['ÉA', '${X,}', 'éA'],
  ['Ab', '${X^,}', 'Ab'],
];

describe('OPERATORS', () => {
  for (const [value, text, wanted] of CASES) {
    test(`turns "${value}" by ${text} into "${wanted}"`, () => {
      assert.equal(
        substitute(text, (name) => (name === 'X' ? value : ''), { strict: true }),
        wanted,
      );
    });
  }
});
