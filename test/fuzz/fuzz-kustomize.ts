import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { emitYaml } from '../../src/lib/core/yaml/index.ts';
import type { Original } from '../support/find-kustomize.ts';
import { compareTree, type LeftOut, type Outcome, type Verdict } from './compare-tree.ts';
import { type Tree, tree } from './kustomize-trees.ts';

/** How long and how wide is searched. */
export interface FuzzOptions {
  readonly minutes: number;
  /** Trees at a time. */
  readonly workers: number;
  /** The first seed; each round has the next one. */
  readonly seed: number;
  /** Folder that differences are stored in. */
  readonly casesDir: string;
  readonly original: Original;
  /** Hears what goes on. */
  say(line: string): void;
}

/** What a search found. */
export interface FuzzResult {
  readonly trees: number;
  /** Those that both sides built. */
  readonly built: number;
  readonly differences: number;
  readonly leftOut: LeftOut;
}

/** Trees of one round; a difference ends the round. */
const ROUND = 100;
/** After so many differences there is enough to mend. */
const ENOUGH = 20;

/**
 * Builds generated trees with ours and the original until the time is up. Each difference is made as small as possible, told
 * with its seed, and stored as a case.
 *
 * Effects: runs the original; writes case files
 */
export async function fuzzKustomize(options: FuzzOptions): Promise<FuzzResult> {
  const until = Date.now() + options.minutes * 60_000;
  const leftOut: LeftOut = new Map();
  let [trees, built, differences, seed] = [0, 0, 0, options.seed];
  const work = async (): Promise<void> => {
    while (Date.now() < until && differences < ENOUGH) {
      const own = seed++;
      let last: { tree: Tree; verdict: Exclude<Verdict, undefined> } | undefined;
      const property = fc.asyncProperty(tree, async (one) => {
        trees += 1;
        const { verdict, isBuilt } = await judge(one, options.original, leftOut);
        if (isBuilt) built += 1;
        if (verdict === undefined) return true;
        last = { tree: one, verdict };
        return false;
      });
      await fc.check(property, { seed: own, numRuns: ROUND, interruptAfterTimeLimit: Math.max(1, until - Date.now()) });
      if (last === undefined) continue;
      differences += 1;
      report(options, own, last.tree, last.verdict);
    }
  };
  await Promise.all(Array.from({ length: options.workers }, work));
  return { trees, built, differences, leftOut };
}

async function judge(one: Tree, original: Original, leftOut: LeftOut): Promise<{ verdict: Verdict; isBuilt: boolean }> {
  let isBuilt = false;
  const verdict = await compareTree(one, original, leftOut, (outcome) => {
    isBuilt = 'text' in outcome;
  });
  return { verdict, isBuilt };
}

function report(
  { casesDir, say, original }: FuzzOptions,
  seed: number,
  { files, root }: Tree,
  verdict: Exclude<Verdict, undefined>,
): void {
  const name = `fuzz-${seed}`;
  const { own, wanted } = verdict;
  mkdirSync(casesDir, { recursive: true });
  writeFileSync(
    join(casesDir, `${name}.yaml`),
    emitYaml({
      name,
      origin: `npm run fuzz -- --seed ${seed}`,
      oracle: original.name,
      input: { root, files: { ...files } },
      ...('text' in wanted ? { want: wanted.text } : { error: wanted.error }),
    }),
  );
  say(`✗ seed ${seed}: the outcomes differ; stored as ${name}.yaml`);
  for (const [path, text] of Object.entries(files)) say(`--- ${path}\n${text}`);
  say(`=== wanted\n${describe(wanted, own)}\n=== ours\n${describe(own, wanted)}`);
}

/** The lines that the other has not. */
function describe(outcome: Outcome, other: Outcome): string {
  if ('error' in outcome) return `error: ${outcome.error}`;
  const lines = new Set('text' in other ? other.text.split('\n') : []);
  const rest = outcome.text.split('\n').filter((line) => !lines.has(line));
  return rest.length === 0 ? '(the same lines in another order)' : rest.join('\n');
}
