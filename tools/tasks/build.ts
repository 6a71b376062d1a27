import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBundle } from '../build-bundle.ts';
import { runProgram, runSteps } from '../step.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
await runSteps([
  {
    name: 'bundle',
    async run() {
      const { files, bytes } = await buildBundle(root);
      process.stderr.write(`  dist: ${files} files, ${Math.round(bytes / 1024)} KiB\n`);
    },
  },
  {
    name: 'declarations of the library',
    run: () =>
      runProgram(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], { cwd: root }),
  },
]);
