import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isFluxError } from '../../../src/lib/core/errors.ts';
import { compile } from '../../../src/lib/engine/cel/index.ts';
import { formatValue } from './format-value.ts';

/** What Flux's own code answered. */
interface CelCase {
  readonly expr: string;
  /** Compiled as `readyExpr` is; else as `healthCheckExprs` are. */
  readonly mode?: 'ready';
  readonly value?: string;
  readonly refused?: string;
  readonly error?: string;
}

/** Cases that end otherwise, and why they may. */
const GAPS: Readonly<Record<string, string>> = {
  '.5': 'the grammar wants a digit before the dot',
  '.spec': 'the grammar has no names that begin with a dot; they mean the same',
  '.spec.replicas': 'as above',
  '[?optional.of(1), ?optional.none(), 2]': 'the grammar has no optional elements in literals',
  "{?'a': optional.of(1), ?'b': optional.none()}": 'as above',
  'google.protobuf.Duration{seconds: 5}': 'the grammar has no messages; duration() says it too',
  "br'\\n'": 'the grammar has no raw bytes',
  'string([1])': 'found when it is evaluated, not before',
  "{'a': 1}[null]": 'as above',
  'null < null': 'refused, and not only when it is evaluated',
  "double('0x1p-2')": 'a number of a form that nobody writes',
  "double('1_000')": 'as above',
};

/** Sentences that are the parser's own, or that nobody can want. */
const OWN_WORDS = ['[1, 2, 3].slice(0, 1)', 'Foo{a: 1}', 'metadata.labels.`app.kubernetes.io/name`'];

const [head, ...cases] = readFileSync(fileURLToPath(new URL('cases.jsonl', import.meta.url)), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as CelCase) as [CelCase & { readonly object: Readonly<Record<string, unknown>> }, ...CelCase[]];

for (const wanted of cases) {
  const isReady = wanted.mode === 'ready';
  const isGap = GAPS[wanted.expr] !== undefined && (wanted.expr !== 'null < null' || isReady);
  test(`compile() ${isReady ? 'readyExpr ' : ''}${wanted.expr}${isGap ? ' (a known gap)' : ''}`, async () => {
    const found = await answer(wanted.expr, isReady);
    if (isGap) assert.notDeepEqual(found, wantedOf(wanted), 'the gap is closed: take it off the list');
    else assert.deepEqual(inOwnWords(wanted, found), inOwnWords(wanted, wantedOf(wanted)));
  });
}

function wantedOf({ value, refused, error }: CelCase): object {
  return JSON.parse(JSON.stringify({ value, refused, error })) as object;
}

/** How an expression is malformed the parser says in its own words; that it is refused counts. */
function inOwnWords({ expr, refused = '' }: CelCase, answer: object): object {
  return refused.includes('Syntax error') || OWN_WORDS.includes(expr) ? { is: Object.keys(answer) } : answer;
}

async function answer(expr: string, isReady: boolean): Promise<object> {
  try {
    const program = await compile(expr, isReady ? { variables: ['self', 'dep'] } : {});
    const value = program.evaluate(isReady ? { self: head.object, dep: head.object } : head.object);
    // Upstream hands the name of a type out, and not the type.
    const isType = typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'type';
    return { value: formatValue(isType ? value.name : value) };
  } catch (error) {
    if (isFluxError(error, 'cel/invalid')) {
      return { refused: error.message.replace(`failed to parse the CEL expression '${expr}': `, 'failed to parse: ') };
    }
    if (isFluxError(error, 'cel/failed')) {
      return { error: error.message.replace(`failed to evaluate the CEL expression '${expr}': `, '') };
    }
    throw error;
  }
}
