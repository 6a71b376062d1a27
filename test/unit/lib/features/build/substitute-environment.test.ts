import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { substituteEnvironment } from '../../../../../src/lib/features/build/index.ts';

const STRICT = { strict: true };

describe('substituteEnvironment()', () => {
  test('ends lines as flux envsubst does', () => {
    assert.equal(substituteEnvironment('a\r\n${B}', { B: 'b' }, STRICT), 'a\nb\n');
    assert.equal(substituteEnvironment('a\rb\r', {}, STRICT), 'a\rb\n');
    assert.equal(substituteEnvironment('a\n\n', {}, STRICT), 'a\n\n');
    assert.equal(substituteEnvironment('', {}, STRICT), '');
  });

  test('takes an empty variable as set', () => {
    assert.equal(substituteEnvironment('[${E}]', { E: '' }, STRICT), '[]\n');
  });

  test('takes nothing from the prototype of the environment', () => {
    assert.equal(substituteEnvironment('[${constructor}]', {}, { strict: false }), '[]\n');
  });

  test('reads expressions that span lines', () => {
    assert.equal(substituteEnvironment('a: |\n  ${A:-x\n  y}\n', {}, STRICT), 'a: |\n  x\n  y\n');
  });

  test('tells the place of what fails', () => {
    assert.throws(() => substituteEnvironment('a: 1\r\nb: ${X}\n', {}, STRICT), {
      code: 'envsubst/missing-variable',
      message: 'variable not set (strict mode): "X"',
      source: { file: 'stdin', line: 2, column: 4 },
    });
    assert.throws(() => substituteEnvironment('${X-d}', {}, STRICT, 'build of apps'), {
      code: 'envsubst/syntax',
      message: 'missing closing brace',
      source: { file: 'build of apps', line: 1, column: 1 },
    });
  });
});
