import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './step.ts';

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
  const report = join(folder, 'report.tap');
  try {
    const args = [
      '--disable-warning=ExperimentalWarning',
      '--test',
      `--test-isolation=${run.isolated ? 'process' : 'none'}`,
      ...(run.concurrency === undefined ? [] : [`--test-concurrency=${run.concurrency}`]),
      `--test-reporter=${run.terse ? 'dot' : 'spec'}`,
      '--test-reporter-destination=stdout',
      '--test-reporter=tap',
      `--test-reporter-destination=${report}`,
      ...run.files,
    ];
    let failure: unknown;
    await runProgram(process.execPath, args, { cwd: run.root, env: { ...process.env, ...run.env } }).catch((error: unknown) => {
      failure = error;
    });
    const text = await readFile(report, 'utf8').catch(() => '');
    const count = (word: string) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
    const counts = { passed: count('pass'), failed: count('fail') + count('cancelled'), skipped: count('skipped') };
    if (Number.isNaN(counts.passed)) throw failure ?? new Error('no test was counted');
    // A runner that fails without a failed test has failed all the same.
    return failure !== undefined && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
