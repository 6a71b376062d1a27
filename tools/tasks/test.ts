import { fileURLToPath } from 'node:url';
import { e2eSteps } from '../e2e-steps.ts';
import { counter, okSteps } from '../ok-steps.ts';
import { formatCounts } from '../run-tests.ts';
import { runSteps } from '../step.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const counts = counter();
const started = Date.now();
const ok = await runSteps([...okSteps(root, counts.add), ...e2eSteps(root, [], counts.add)]);
process.stderr.write(`${ok ? '✔' : '✗'} npm test took ${Math.round((Date.now() - started) / 1000)}s\n`);
process.stdout.write(`${formatCounts(counts.sum())}\n`);
