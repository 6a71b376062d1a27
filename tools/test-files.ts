import { writeFileSync } from 'node:fs';
import { run } from 'node:test';
import { dot, spec } from 'node:test/reporters';
import type { TestCounts } from './run-tests.ts';

/** What this process is told, as JSON in its first word. */
export interface TestFiles {
  /** Paths, in the order in which they begin. */
  readonly files: readonly string[];
  /** True gives each file a process of its own. */
  readonly isolated: boolean;
  /** Files at a time, where each has a process. */
  readonly concurrency: number;
  /** Shows only what fails, and dots for the rest. */
  readonly terse: boolean;
  /** Where the counts (`TestCounts`) are written to, as JSON. */
  readonly countsFile: string;
}

// A process for Node's own runner by its API: the command line of that sorts the files.
const { files, isolated, concurrency, terse, countsFile } = JSON.parse(process.argv[2] ?? '') as TestFiles;
const options = isolated ? { isolation: 'process' as const, concurrency } : { isolation: 'none' as const };
const events = run({ ...options, files });
events.on('test:summary', ({ file, counts: { tests, passed, skipped, todo } }) => {
  // Each file has a summary of its own, and the run has one without a name.
  if (file !== undefined) return;
  const counts: TestCounts = { passed, failed: tests - passed - skipped - todo, skipped };
  writeFileSync(countsFile, JSON.stringify(counts));
});
events.on('test:fail', () => {
  process.exitCode = 1;
});
events.compose(terse ? dot : spec).pipe(process.stdout);
