import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One row of the table; times in milliseconds, other figures in their unit. */
export interface Measurement {
  readonly work: string;
  /** Default: milliseconds. */
  readonly unit?: 'MiB' | '×';
  readonly runs: number;
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** What it is compared with. */
  readonly peer?: string;
  /** Median of the pairwise ratios to the peer. */
  readonly ratio?: number;
  /** What is aimed at. */
  readonly wantedRatio?: number;
}

/** The middle of numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** A program and its words. */
export type CommandLine = readonly [program: string, ...args: string[]];

/**
 * Times whole processes, in turn with a peer: A B A B …, so that the ratio of each pair holds when the machine's speed drifts.
 *
 * Effects: runs the programs; their output is thrown away
 */
export function measureProcess(
  work: string,
  command: CommandLine,
  peer: { name: string; command: CommandLine; wantedRatio: number },
  runs = 15,
): Measurement {
  const times: number[] = [];
  const ratios: number[] = [];
  for (let index = -2; index < runs; index += 1) {
    const own = timeProcess(command);
    const other = timeProcess(peer.command);
    // The first two fill the caches.
    if (index < 0) continue;
    times.push(own);
    ratios.push(own / other);
  }
  return { ...summarize(work, times), peer: peer.name, ratio: median(ratios), wantedRatio: peer.wantedRatio };
}

function timeProcess([program, ...args]: CommandLine): number {
  const started = performance.now();
  const { status, error, stderr } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const spent = performance.now() - started;
  if (error !== undefined || status !== 0)
    throw new Error(`${program} ${args.join(' ')} failed: ${error?.message ?? stderr.toString()}`);
  return spent;
}

/** Times a job in this process. */
export async function measureJob(work: string, job: () => Promise<void>, runs: number): Promise<Measurement> {
  const times: number[] = [];
  for (let index = 0; index < runs; index += 1) {
    const started = performance.now();
    await job();
    times.push(performance.now() - started);
  }
  return summarize(work, times);
}

function summarize(work: string, times: readonly number[]): Measurement {
  return { work, runs: times.length, medianMs: median(times), minMs: Math.min(...times), maxMs: Math.max(...times) };
}

/** High-water mark of a process's resident memory in MiB; 0 where it is gone or the system does not say. */
export function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}

/** Processor time of a process so far, in milliseconds; 0 where it is gone or the system does not say. */
export function processorTimeOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    // Linux counts in hundredths of a second wherever Node runs.
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}

/** The rows as a Markdown table. */
export function formatMeasurements(rows: readonly Measurement[]): string {
  const ms = (value: number) => (value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(1)} ms`);
  const figure = ({ unit }: Measurement, value: number) => (unit === undefined ? ms(value) : `${value.toFixed(1)} ${unit}`);
  const cells = rows.map((row) => [
    row.work,
    figure(row, row.medianMs),
    `${figure(row, row.minMs)} to ${figure(row, row.maxMs)}`,
    row.ratio === undefined ? '' : `${row.ratio.toFixed(2)} × ${row.peer ?? ''}`,
    row.wantedRatio === undefined ? '' : `≤ ${row.wantedRatio} ×`,
  ]);
  const head = ['work', 'median', 'range', 'ratio', 'wanted'];
  const widths = head.map((title, index) => Math.max(title.length, ...cells.map((row) => (row[index] ?? '').length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  return `${[line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...cells.map(line)].join('\n')}\n`;
}
