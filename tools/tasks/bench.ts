import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchCli } from '../../test/bench/cli.ts';
import { benchEngine } from '../../test/bench/engine.ts';
import { formatMeasurements, type Measurement } from '../../test/bench/measure.ts';
import { benchKustomize } from '../../test/bench/kustomize.ts';
import { benchLarge } from '../../test/bench/large.ts';
import { benchRbac } from '../../test/bench/rbac.ts';
import { benchReconcile } from '../../test/bench/reconcile.ts';
import { benchStartUp } from '../../test/bench/start-up.ts';
import { buildBundle } from '../build-bundle.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    kustomizations: { type: 'string', default: '100' },
    chain: { type: 'string', default: '10' },
    objects: { type: 'string', default: '2000' },
    'without-controllers': { type: 'boolean', default: false },
    files: { type: 'string', default: '50000' },
    history: { type: 'string', default: '1024' },
  },
});
const suites: Readonly<Record<string, () => Measurement[] | Promise<Measurement[]>>> = {
  'start-up': () => benchStartUp(root),
  cli: () => benchCli(root),
  reconcile: () => benchReconcile(root),
  rbac: () => benchRbac(root, Number(values.objects)),
  kustomize: () => benchKustomize(root),
  engine: () =>
    benchEngine(root, {
      kustomizations: Number(values.kustomizations),
      chain: Number(values.chain),
      objects: Number(values.objects),
      withControllers: !values['without-controllers'],
    }),
  large: () => benchLarge(root, { files: Number(values.files), historyMiB: Number(values.history) }),
};
const unknown = wanted.find((name) => suites[name] === undefined);
if (unknown === undefined) {
  await buildBundle(root);
  const rows: Measurement[] = [];
  for (const [name, run] of Object.entries(suites)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    process.stderr.write(`► ${name}\n`);
    rows.push(...(await run()));
  }
  process.stdout.write(formatMeasurements(rows));
  const machine = {
    node: process.version,
    platform: platform(),
    arch: arch(),
    cpus: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  };
  mkdirSync(join(root, '.bench'), { recursive: true });
  const file = join(root, '.bench', 'latest.json');
  writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), machine, rows }, null, 2)}\n`);
  process.stderr.write(`✔ written to .bench/latest.json\n`);
} else {
  process.stderr.write(`✗ there is no bench "${unknown}"\n  there are: ${Object.keys(suites).join(', ')}\n`);
  process.exitCode = 1;
}
