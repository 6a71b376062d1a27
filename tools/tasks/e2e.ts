import { fileURLToPath } from 'node:url';
import { counter } from '../ok-steps.ts';
import { e2eSteps } from '../e2e-steps.ts';
import { formatCounts } from '../run-tests.ts';
import { runSteps } from '../step.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const counts = counter();
await runSteps(e2eSteps(root, process.argv.slice(2), counts.add));
process.stdout.write(`${formatCounts(counts.sum())}\n`);
