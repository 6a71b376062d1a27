import { fileURLToPath } from 'node:url';
import { counter, okSteps } from '../ok-steps.ts';
import { formatCounts } from '../run-tests.ts';
import { runSteps } from '../step.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const counts = counter();
await runSteps(okSteps(root, counts.add));
process.stdout.write(`${formatCounts(counts.sum())}\n`);
