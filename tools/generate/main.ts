import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { API_SOURCES } from './api-packages.ts';
import { generateCrds } from './generate-crds.ts';
import { generateTypes } from './generate-types.ts';

/** `npm run generate`: definitions from Flux's Go modules, then TypeScript types from the definitions. Needs Go. */
async function main(): Promise<void> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const definitions: string[] = [];
  for (const source of API_SOURCES) definitions.push(...(await generateCrds(root, source)));
  await generateTypes(root, definitions);
  await promisify(execFile)(join(root, 'node_modules/.bin/biome'), ['format', '--write', 'src/lib/core/generated'], {
    cwd: root,
  });
}

await main();
