import { fileURLToPath } from 'node:url';
import { generateCommandIndex } from '../generate/generate-command-index.ts';
import { runProgram, runSteps } from '../step.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const commandsOnly = process.argv.includes('--commands');
await runSteps([
  { name: 'index of the commands', run: async () => void (await generateCommandIndex(root)) },
  ...(commandsOnly
    ? []
    : [
        {
          name: 'definitions and types from the Go modules',
          run: () => runProgram(process.execPath, ['tools/generate/main.ts'], { cwd: root }),
        },
      ]),
]);
