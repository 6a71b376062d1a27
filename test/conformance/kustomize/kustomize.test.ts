import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { FluxError } from '../../../src/lib/core/errors.ts';
import { parseYaml } from '../../../src/lib/core/yaml/index.ts';
import { fromMemory } from '../../../src/lib/engine/filesys/index.ts';
import { readBuiltIn, render } from '../../../src/lib/engine/kustomize/index.ts';
import type { BuildOptions } from '../../../src/lib/engine/kustomize/index.ts';

interface Case {
  readonly name: string;
  readonly root: string;
  readonly loadRestrictor: 'rootOnly' | 'none';
  readonly flags: readonly string[];
  readonly files: Readonly<Record<string, string | { readonly base64: string }>>;
  readonly want?: string;
  readonly wantUnordered?: string;
  readonly wantFlux?: string;
  readonly error?: string;
  readonly warnings?: readonly string[];
}

const golden = new URL('../../../../shared/golden/kustomize.jsonl', import.meta.url);
const missing = existsSync(golden) ? false : 'recorded output kustomize.jsonl is not on this machine';

function readGaps(): Map<string, string> {
  const gaps = parseYaml(readFileSync(new URL('known-gaps.yaml', import.meta.url), 'utf8')) as
    | { id: string; reason: string }[]
    | null;
  return new Map((gaps ?? []).map(({ id, reason }) => [id, reason]));
}

interface Outcome {
  readonly text?: string;
  readonly error?: unknown;
}

/** One for all cases: no build may leave anything in it. */
const builtIn = readBuiltIn();

function attempt(one: Case, options: BuildOptions): Outcome {
  try {
    return { text: render(fromMemory(filesOf(one)), one.root, { ...options, builtIn }) };
  } catch (error) {
    return { error };
  }
}

function filesOf(one: Case): Record<string, string | Uint8Array> {
  return Object.fromEntries(
    Object.entries(one.files).map(([name, content]) => [
      name,
      typeof content === 'string' ? content : Buffer.from(content.base64, 'base64'),
    ]),
  );
}

/** Says what is wrong with a case; nothing where all is right. */
function judge(one: Case): string | undefined {
  const warnings: string[] = [];
  const options: BuildOptions = {
    loadRestrictor: one.loadRestrictor,
    managedByLabel: one.flags.includes('--enable-managedby-label'),
    warn: (text) => warnings.push(text),
  };
  const got = attempt(one, options);
  if (one.error !== undefined) return judgeError(one.error, got);
  if (got.text !== one.want) return got.error === undefined ? 'other output' : `failed: ${String(got.error)}`;
  const wanted = (one.warnings ?? []).filter((line) => line.startsWith('# Warning'));
  // They are recorded sorted and once each.
  const heard = [...new Set(warnings)].filter((line) => line.startsWith('# Warning')).sort();
  if (wanted.join('\n') !== heard.join('\n')) return `other warnings: ${heard.join(' | ')}`;
  const unordered = one.wantUnordered ?? one.want;
  if (attempt(one, { ...options, reorder: 'none' }).text !== unordered) return 'other output without sorting';
  if (one.flags.length > 0) return undefined;
  const flux: BuildOptions = { reorder: 'none', loadRestrictor: 'none', keepBuiltInSchema: true };
  return attempt(one, flux).text === (one.wantFlux ?? unordered) ? undefined : 'other output with the options of Flux';
}

/** An error must be one of ours, and name what the original's names: a file, a field or an object. */
function judgeError(wanted: string, { text, error }: Outcome): string | undefined {
  if (text !== undefined) return `no error, wanted: ${wanted.slice(0, 200)}`;
  if (!(error instanceof FluxError)) return `not one of our errors: ${error instanceof Error ? error.stack : String(error)}`;
  const told = JSON.stringify(error.toJSON()).toLowerCase();
  const names = namesIn(wanted);
  if (names.length === 0 || names.some((name) => told.includes(name.toLowerCase()))) return undefined;
  return `names none of ${names.join(', ')}: ${told}`;
}

/** The last names in quotes of a message, without directories. */
function namesIn(text: string): string[] {
  const line = (text.split('\n\n')[0] ?? '').replace(/with config: `[^`]*`/, '');
  return [...line.matchAll(/['"`]([^'"`\s]+)['"`]|(?:Kind|Name):"([^"]+)"|([\w./-]+\.ya?ml)\b|\/([\w-]+)\.[\w[\]]+/g)]
    .map((match) => (match[1] ?? match[2] ?? match[3] ?? match[4] ?? '').replace(/^.*\//, '').replace(/\.\[\w+\]$/, ''))
    .filter((name) => name.length > 2 && !name.includes('ROOT'));
}

test('build() prints what kustomize v5.8.1 prints', { skip: missing }, (context) => {
  const cases = readFileSync(golden, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Case);
  const gaps = readGaps();
  const wrong: string[] = [];
  let agreed = 0;
  let errorsAgreed = 0;
  for (const one of cases) {
    const verdict = judge(one);
    if (verdict === undefined) {
      if (one.error === undefined) agreed++;
      else errorsAgreed++;
      if (gaps.has(one.name)) wrong.push(`${one.name}: is listed as a gap but passes`);
    } else if (!gaps.has(one.name)) {
      wrong.push(`${one.name}: ${verdict}`);
    }
  }
  const outputs = cases.filter((one) => one.error === undefined).length;
  context.diagnostic(
    `${agreed} of ${outputs} outputs agree to the byte, ${errorsAgreed} of ${cases.length - outputs} errors agree`,
  );
  assert.deepEqual(wrong, []);
});
