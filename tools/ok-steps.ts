import { join } from 'node:path';
import { addCounts, runTests, type TestCounts } from './run-tests.ts';
import { runProgram, type Step } from './step.ts';

/**
 * The steps of `npm run ok`: all that needs neither network nor cluster.
 *
 * @param counted told of each run of tests
 */
export function okSteps(root: string, counted: (counts: TestCounts) => void): Step[] {
  const tool = (name: string, args: readonly string[]) => () =>
    runProgram(process.execPath, [join(root, 'node_modules', ...name.split('/')), ...args], { cwd: root });
  return [
    { name: 'types', run: tool('typescript/bin/tsc', ['-p', '.']) },
    { name: 'lint', run: tool('oxlint/bin/oxlint', ['--type-aware', '--quiet', 'src', 'test', 'tools']) },
    { name: 'format', run: tool('@biomejs/biome/bin/biome', ['format', '--log-level=warn', '.']) },
    {
      name: 'unit, conformance and house rules',
      async run() {
        const counts = await runTests({
          root,
          files: ['test/unit/**/*.test.ts', 'test/conformance/**/*.test.ts', 'test/checks/**/*.test.ts'],
          isolated: false,
          terse: true,
        });
        counted(counts);
        if (counts.failed > 0) throw new Error(`${counts.failed} tests failed`);
      },
    },
  ];
}

/** Collects counts and gives their sum. */
export function counter(): { add(counts: TestCounts): void; sum(): TestCounts } {
  const all: TestCounts[] = [];
  return { add: (counts) => void all.push(counts), sum: () => addCounts(all) };
}
