import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SILENT } from '../../src/lib/core/progress.ts';
import { findKustomize } from '../support/find-kustomize.ts';
import { writeDefinitions, writeFleet } from './kustomize-fleet.ts';
import { type CommandLine, type Measurement, median } from './measure.ts';

/** Prints the peak memory of what it runs. */
const TIME = '/usr/bin/time';

/** After so many runs nothing is added to the compiled code that is kept (`bin/flux-ts`). */
const TEACHING_RUNS = 4;

/** One piece of work: what is built, how often, and what is aimed at. */
interface Work {
  readonly name: string;
  readonly directory: string;
  readonly runs: number;
  readonly wantedRatio: number;
}

/** What one process took. */
interface Cost {
  readonly ms: number;
  /** Absent where the machine has no program that tells. */
  readonly mebibytes: number | undefined;
}

/**
 * `flux-ts kustomize` next to the original, start-up included: every run's output must be equal.
 *
 * @throws {AssertionError} an output differs
 */
export async function benchKustomize(root: string): Promise<Measurement[]> {
  const original = await findKustomize(SILENT);
  const folder = mkdtempSync(join(tmpdir(), 'flux-ts-bench-kustomize-'));
  try {
    const fleet = (size: number) => writeFleet(join(folder, `fleet-${size}`), size);
    const works: Work[] = [
      { name: '50 resources', directory: fleet(50), runs: 9, wantedRatio: 0.4 },
      { name: '500 resources', directory: fleet(500), runs: 5, wantedRatio: 0.12 },
      { name: '2,000 resources', directory: fleet(2000), runs: 2, wantedRatio: 0.04 },
      { name: '75,000 lines of CRDs', directory: writeDefinitions(join(folder, 'crds')), runs: 5, wantedRatio: 0.35 },
    ];
    const rows: Measurement[] = [];
    const times: number[] = [];
    for (const work of works) {
      const { own, other } = compare(
        work,
        [process.execPath, join(root, 'bin/flux-ts'), 'kustomize', work.directory],
        [original.program, ...original.words, work.directory],
        folder,
      );
      const spent = own.map(({ ms }) => ms);
      times.push(median(spent));
      rows.push({
        work: `kustomize: ${work.name}`,
        ...summary(spent),
        peer: original.name,
        ratio: median(own.map(({ ms }, at) => ms / (other[at]?.ms ?? 0))),
        wantedRatio: work.wantedRatio,
      });
      const peaks = own.map(({ mebibytes }) => mebibytes ?? 0);
      if (work.name !== '2,000 resources' || peaks.includes(0)) continue;
      rows.push({
        work: `kustomize: ${work.name}, peak memory`,
        unit: 'MiB',
        ...summary(peaks),
        peer: original.name,
        ratio: median(own.map(({ mebibytes }, at) => (mebibytes ?? 0) / (other[at]?.mebibytes ?? 1))),
        wantedRatio: 2,
      });
    }
    const [, middle = 0, large = 0] = times;
    rows.push({
      work: 'kustomize: growth from 500 to 2,000 resources',
      unit: '×',
      ...summary([large / middle]),
      peer: '500 resources',
      ratio: large / middle,
      wantedRatio: 4.5,
    });
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compare(work: Work, own: CommandLine, other: CommandLine, folder: string): { own: Cost[]; other: Cost[] } {
  const costs: { own: Cost[]; other: Cost[] } = { own: [], other: [] };
  const files = { own: join(folder, 'own.yaml'), other: join(folder, 'other.yaml') };
  // The first runs of the program fill its cache of compiled code.
  for (let run = 0; run < TEACHING_RUNS; run += 1) runProcess(own, files.own);
  for (let index = 0; index < work.runs; index += 1) {
    costs.own.push(runProcess(own, files.own));
    costs.other.push(runProcess(other, files.other));
    assert.ok(readFileSync(files.own).equals(readFileSync(files.other)), `${work.name}: the outputs differ`);
  }
  return costs;
}

function runProcess([program, ...args]: CommandLine, output: string): Cost {
  const measured = existsSync(TIME) && process.platform === 'linux';
  const command = measured ? TIME : program;
  const words = measured ? ['-f', 'peak %M', program, ...args] : args;
  const file = openSync(output, 'w');
  try {
    const started = performance.now();
    const { status, error, stderr } = spawnSync(command, words, { stdio: ['ignore', file, 'pipe'], encoding: 'utf8' });
    const ms = performance.now() - started;
    if (error !== undefined || status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
    const kibibytes = /peak (\d+)\s*$/.exec(stderr)?.[1];
    return { ms, mebibytes: kibibytes === undefined ? undefined : Number(kibibytes) / 1024 };
  } finally {
    closeSync(file);
  }
}

function summary(values: readonly number[]): Pick<Measurement, 'runs' | 'medianMs' | 'minMs' | 'maxMs'> {
  return { runs: values.length, medianMs: median(values), minMs: Math.min(...values), maxMs: Math.max(...values) };
}
