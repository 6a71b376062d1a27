import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../step.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
await runProgram(process.execPath, [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'format', '--write', '.'], {
  cwd: root,
});
