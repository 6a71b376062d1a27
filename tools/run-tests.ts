import { glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { runProgram } from './step.ts';
import type { TestFiles } from './test-files.ts';

/** What a run of tests came to. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** How tests are run. */
export interface TestRun {
  readonly root: string;
  /** Globs below the root. */
  readonly files: readonly string[];
  /** True gives each file a process of its own; without, they share one, which is far quicker. */
  readonly isolated: boolean;
  /** Files at a time, where each has a process. */
  readonly concurrency?: number;
  /** Files that begin before the others, by their names up to the first dot. Default: none, all go by the alphabet. */
  readonly first?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Shows only what fails, and dots for the rest. */
  readonly terse: boolean;
}

/**
 * Runs tests with Node's own runner and counts them.
 *
 * Effects: all that the tests do; writes to this terminal
 *
 * @returns the counts, failed ones too: it rejects only where nothing was counted
 */
export async function runTests(run: TestRun): Promise<TestCounts> {
  const folder = await mkdtemp(join(tmpdir(), 'flux-ts-tests-'));
  const countsFile = join(folder, 'counts.json');
  try {
    const { isolated, terse, concurrency = 1 } = run;
    const told: TestFiles = { files: await orderFiles(run), isolated, concurrency, terse, countsFile };
    const args = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'test-files.ts'), JSON.stringify(told)];
    let failure: unknown;
    await runProgram(process.execPath, args, { cwd: run.root, env: { ...process.env, ...run.env } }).catch((error: unknown) => {
      failure = error;
    });
    const text = await readFile(countsFile, 'utf8').catch(() => undefined);
    if (text === undefined) throw failure ?? new Error('no test was counted');
    const counts = JSON.parse(text) as TestCounts;
    // A runner that fails without a failed test has failed all the same.
    return failure !== undefined && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The files that the globs name, the ones that begin first in front. */
async function orderFiles({ root, files, first = [] }: TestRun): Promise<string[]> {
  const found = await Array.fromAsync(glob(files, { cwd: root }));
  const rank = (path: string): number => {
    const index = first.findIndex((name) => basename(path).startsWith(`${name}.`));
    return index === -1 ? first.length : index;
  };
  const ordered = found.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return ordered.map((path) => join(root, path));
}

/** Adds counts up. */
export function addCounts(all: readonly TestCounts[]): TestCounts {
  return all.reduce(
    (sum, { passed, failed, skipped }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: sum.skipped + skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** The closing line of a run. */
export function formatCounts({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}
