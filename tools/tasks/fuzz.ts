import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SILENT } from '../../src/lib/core/progress.ts';
import { fuzzCli } from '../../test/fuzz/fuzz-cli.ts';
import { fuzzKustomize } from '../../test/fuzz/fuzz-kustomize.ts';
import { findKustomize } from '../../test/support/find-kustomize.ts';
import { findFluxCli } from '../../test/support/flux-cli.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' }, workers: { type: 'string', default: '2' } },
});
const minutes = Number(values.minutes);
const workers = Number(values.workers);
const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
const [what = 'kustomize'] = positionals;
const say = (line: string): void => void process.stderr.write(`${line}\n`);
if (!(minutes > 0) || !(workers > 0) || !Number.isSafeInteger(seed)) {
  say('✗ --minutes and --workers take numbers above 0, --seed takes a whole number');
  process.exitCode = 1;
} else if (what === 'cli') {
  const flux = await findFluxCli({ ...SILENT, action: (text) => say(`► ${text}`) });
  say(`► cli: ${minutes} minutes against ${flux}, seed ${seed}`);
  const { runs, differences, meant } = await fuzzCli({ minutes, seed, flux, say });
  for (const [reason, count] of meant) say(`◎ ${count} meant: ${reason}`);
  process.stdout.write(`${runs} runs, ${differences} differences\n`);
  if (differences > 0) process.exitCode = 1;
} else if (what === 'kustomize') {
  const original = await findKustomize(SILENT);
  say(`► kustomize: ${minutes} minutes against ${original.name}, seeds from ${seed}`);
  const { trees, built, differences, leftOut } = await fuzzKustomize({
    minutes,
    workers,
    seed,
    original,
    casesDir: fileURLToPath(new URL('../../test/conformance/kustomize/cases', import.meta.url)),
    say,
  });
  for (const [reason, count] of leftOut) say(`⚠️ ${count} left out: ${reason}`);
  process.stdout.write(`${trees} trees, ${built} of them built by the original, ${differences} differences\n`);
  if (differences > 0) process.exitCode = 1;
} else {
  say(`✗ there is no "${what}" to fuzz\n  there are: kustomize, cli`);
  process.exitCode = 1;
}
