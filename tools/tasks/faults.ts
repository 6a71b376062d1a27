import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { e2eSteps } from '../e2e-steps.ts';
import { counter } from '../ok-steps.ts';
import { formatCounts } from '../run-tests.ts';
import { runSteps } from '../step.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({ options: { seeds: { type: 'string', default: '6' }, from: { type: 'string', default: '1' } } });
const [count, from] = [Number(values.seeds), Number(values.from)];
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(from)) {
  process.stderr.write('✗ --seeds takes a number above 0, --from a whole number\n');
  process.exitCode = 1;
} else {
  process.env['FLUX_TS_TEST_SEEDS'] = Array.from({ length: count }, (_, index) => from + index).join(',');
  const counts = counter();
  await runSteps(e2eSteps(root, ['test/faults/*.e2e.test.ts'], counts.add));
  process.stdout.write(`${formatCounts(counts.sum())}\n`);
}
