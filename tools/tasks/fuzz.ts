import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SILENT } from '../../src/lib/core/progress.ts';
import { fuzzKustomize } from '../../test/fuzz/fuzz-kustomize.ts';
import { findKustomize } from '../../test/support/find-kustomize.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' }, workers: { type: 'string', default: '2' } },
});
const minutes = Number(values.minutes);
const workers = Number(values.workers);
const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
if (!(minutes > 0) || !(workers > 0) || !Number.isSafeInteger(seed)) {
  process.stderr.write('✗ --minutes and --workers take numbers above 0, --seed takes a whole number\n');
  process.exitCode = 1;
} else {
  const original = await findKustomize(SILENT);
  process.stderr.write(`► kustomize: ${minutes} minutes against ${original.name}, seeds from ${seed}\n`);
  const { trees, built, differences, leftOut } = await fuzzKustomize({
    minutes,
    workers,
    seed,
    original,
    casesDir: fileURLToPath(new URL('../../test/conformance/kustomize/cases', import.meta.url)),
    say: (line) => process.stderr.write(`${line}\n`),
  });
  for (const [reason, count] of leftOut) process.stderr.write(`⚠️ ${count} left out: ${reason}\n`);
  process.stdout.write(`${trees} trees, ${built} of them built by the original, ${differences} differences\n`);
  if (differences > 0) process.exitCode = 1;
}
