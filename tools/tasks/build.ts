import { fileURLToPath } from 'node:url';
import { buildBundle } from '../build-bundle.ts';

const started = Date.now();
const { files, bytes } = await buildBundle(fileURLToPath(new URL('../..', import.meta.url)));
process.stderr.write(
  `✔ built dist: ${files} files, ${Math.round(bytes / 1024)} KiB in ${((Date.now() - started) / 1000).toFixed(1)}s\n`,
);
