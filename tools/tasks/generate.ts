import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateCommandIndex } from '../generate/generate-command-index.ts';
import { generateReference } from '../generate/generate-reference.ts';
import { runProgram, runSteps, type Step } from '../step.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fromGo: Step[] = [
  {
    name: 'definitions and types from the Go modules',
    run: () => runProgram(process.execPath, ['tools/generate/main.ts'], { cwd: root }),
  },
  {
    name: "Kubernetes' built-in types",
    run() {
      const text = execFileSync('go', ['run', '.'], { cwd: join(root, 'tools/builtin-types'), maxBuffer: 2 ** 26 });
      writeFileSync(join(root, 'src/lib/engine/ssa/builtin-types.json'), text);
      return Promise.resolve();
    },
  },
];
await runSteps([
  { name: 'index of the commands', run: async () => void (await generateCommandIndex(root)) },
  { name: 'reference of the commands', run: async () => void (await generateReference(root)) },
  ...(process.argv.includes('--commands') ? [] : fromGo),
]);
