import { fileURLToPath } from 'node:url';
import { FLUX_CONTROLLERS } from '../../test/support/flux-controllers.ts';
import { counter } from '../ok-steps.ts';
import { e2eSteps } from '../e2e-steps.ts';
import { formatCounts } from '../run-tests.ts';
import { runSteps } from '../step.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const named = process.argv.slice(2);
const files = named.length === 0 ? ['test/controllers/*.e2e.test.ts'] : named;
const counts = counter();
await runSteps(e2eSteps(root, files, counts.add, FLUX_CONTROLLERS));
process.stdout.write(`${formatCounts(counts.sum())}\n`);
