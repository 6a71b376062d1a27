import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { compile } from '../../../../../src/lib/engine/cel/index.ts';

const yes = async (expression: string, object: Readonly<Record<string, unknown>> = {}): Promise<boolean> =>
  (await compile(expression)).evaluateBoolean(object);
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (isFluxError(error)) return error.code;
    throw error;
  }
  return 'none';
};

it('compile() makes a program that can be run again and again', async () => {
  const program = await compile('status.ready >= spec.wanted');
  assert.equal(program.evaluateBoolean({ spec: { wanted: 2 }, status: { ready: 1 } }), false);
  assert.equal(program.evaluateBoolean({ spec: { wanted: 2 }, status: { ready: 2 } }), true);
});

it('compile() refuses with the place: cel/invalid', async () => {
  await assert.rejects(compile('status.a ==\n  foo(1', {}), (error) => {
    assert.ok(isFluxError(error, 'cel/invalid') && error.terminal);
    assert.match(
      error.message,
      /^failed to parse the CEL expression 'status\.a ==\n {2}foo\(1': ERROR: <input>:2:8: .*\n \| {3}foo\(1\n \| \.{7}\^$/,
    );
    return true;
  });
});

it('compile() wants a boolean where variables are named: cel/invalid', async () => {
  await assert.rejects(
    compile('dep.status', { variables: ['dep'] }),
    /^FluxError: CEL expression output type mismatch: expected bool, got dyn$/,
  );
  assert.equal(
    (await compile('dep.status.ok == true', { variables: ['dep'] })).evaluateBoolean({ dep: { status: { ok: true } } }),
    true,
  );
});

it('evaluateBoolean() fails where the result is no boolean: cel/failed', async () => {
  const program = await compile('spec.text');
  assert.throws(
    () => program.evaluateBoolean({ spec: { text: 'true' } }),
    (error) => {
      assert.ok(isFluxError(error, 'cel/failed'));
      assert.equal(error.message, "failed to evaluate CEL expression as boolean: 'spec.text'");
      return true;
    },
  );
});

it('evaluate() knows no field that an object only inherits', async () => {
  assert.equal(await yes('has(spec.constructor) || has(spec.__proto__) || "toString" in spec', { spec: {} }), false);
  assert.equal(
    codeOf(() => undefined),
    'none',
  );
  const program = await compile('spec.constructor');
  assert.equal(
    codeOf(() => program.evaluate({ spec: {} })),
    'cel/failed',
  );
});

it('evaluate() takes whole numbers for ints, exact to the last digit', async () => {
  assert.equal(await yes('spec.a / 2 == 3 && spec.a % 2 == 1', { spec: { a: 7 } }), true);
  assert.equal(await yes('9007199254740993 - 9007199254740992 == 1'), true);
  assert.equal((await compile('spec.a + 1')).evaluate({ spec: { a: Number.MAX_SAFE_INTEGER } }), 2n ** 53n);
});

it('evaluate() ends what costs too much: cel/too-costly', async () => {
  const hostile: Readonly<Record<string, string>> = {
    'loops within loops': `${'[1,2,3,4,5,6,7,8,9].all(a, '.repeat(12)}true${')'.repeat(12)}`,
    'a text that doubles': `['${'x'.repeat(50)}']${'.map(s, s + s)'.repeat(60)}.size() == 1`,
    'a list that doubles': `[[1]]${'.map(l, l + l)'.repeat(60)}.size() == 1`,
    'a text that is replaced by itself': `['xxxxxxxxxx']${'.map(s, s.replace("x", s))'.repeat(12)}.size() == 1`,
    'a text that is split and joined': `['xxxxxxxxxx']${'.map(s, s.split("").join(s))'.repeat(12)}.size() == 1`,
    'a text that is formatted': `['xxxxxxxxxx']${'.map(s, "%s%s%s%s".format([s, s, s, s]))'.repeat(20)}.size() == 1`,
    'a pattern that doubts': `['a']${'.map(s, s + s)'.repeat(16)}.all(s, s.matches("(a|aa|a?){500}b"))`,
    'sets of the same': `[[1]]${'.map(l, l + l)'.repeat(13)}.all(l, l.all(x, l.exists(y, y == 2) || true))`,
  };
  for (const [name, expression] of Object.entries(hostile)) {
    const program = await compile(expression);
    assert.equal(
      codeOf(() => program.evaluate({})),
      'cel/too-costly',
      name,
    );
  }
});

it('evaluate() does not let || hide that the limit was reached: cel/too-costly', async () => {
  const program = await compile('[1, 2, 3, 4].all(a, [1, 2, 3, 4].all(b, true)) || true', { maxCost: 20 });
  assert.equal(
    codeOf(() => program.evaluate({})),
    'cel/too-costly',
  );
});

it('compile() bounds what it reads: cel/invalid', async () => {
  const deep = [
    `${'('.repeat(5_000)}1${')'.repeat(5_000)}`,
    `${'!'.repeat(5_000)}true`,
    `1${' + 1'.repeat(5_000)}`,
    `${'-'.repeat(5_000)}x`,
    `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
    `x${'.a'.repeat(5_000)}`,
    `true${' ? true : true'.repeat(5_000)}`,
    `'${'x'.repeat(100_000)}'`,
  ];
  for (const expression of deep) {
    await assert.rejects(compile(expression), (error) => isFluxError(error, 'cel/invalid'), expression.slice(0, 20));
  }
});
