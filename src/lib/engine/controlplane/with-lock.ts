import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { FluxError } from '../../core/errors.ts';
import type { Host } from './host.ts';
import { pause } from './pause.ts';
import { isRunning, type ProcessIdentity, readStartTime } from './process-identity.ts';

/** Options of a lock. */
export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Called once, when another process holds the lock. */
  readonly onWait?: (holder: ProcessIdentity) => void;
  /** Time between two looks; default 100 ms. */
  readonly pollMs?: number;
}

interface Holder extends ProcessIdentity {
  readonly nonce: string;
}

/**
 * Runs something while no other process (nor another call in this one) runs something under the same lock file.
 * A lock whose holder has died is taken over.
 *
 * Effects: creates the file for as long as `run` takes
 *
 * @throws whatever `run` throws; the signal's reason while waiting
 */
export async function withLock<T>(file: string, host: Host, options: LockOptions, run: () => Promise<T>): Promise<T> {
  const holder = await acquire(file, host, options);
  try {
    return await run();
  } finally {
    if (readHolder(file)?.nonce === holder.nonce) rmSync(file, { force: true });
  }
}

/** Tells which live process holds a lock. */
export function readLockHolder(file: string, host: Host): ProcessIdentity | undefined {
  const holder = readHolder(file);
  return holder !== undefined && isRunning(holder, host) ? holder : undefined;
}

async function acquire(file: string, host: Host, options: LockOptions): Promise<Holder> {
  const startTime = readStartTime(host.pid, host.platform);
  if (startTime === undefined) {
    throw new FluxError('controlplane/unsupported-platform', `can't tell when process ${host.pid} started on ${host.platform}`, {
      hint: 'the sandbox runs on Linux and macOS',
    });
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const holder: Holder = { pid: host.pid, startTime, nonce: randomUUID() };
  for (let told = false; ; ) {
    options.signal?.throwIfAborted();
    if (create(file, holder)) return holder;
    const other = readHolder(file);
    if (other === undefined) continue;
    if (!isRunning(other, host)) {
      if (takeOver(file, other, holder, host)) return holder;
    } else if (!told) {
      told = true;
      options.onWait?.(other);
    }
    await pause(options.pollMs ?? 100, options.signal);
  }
}

/** Creates the lock with its content in one step: `link` fails where the name exists. */
function create(file: string, holder: Holder): boolean {
  const draft = `${file}.${holder.nonce}`;
  writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Replaces a dead holder. A second lock guards it, else two that saw the same dead holder could each replace the other.
 */
function takeOver(file: string, dead: Holder, holder: Holder, host: Host): boolean {
  const guard = `${file}.takeover`;
  if (!create(guard, holder)) {
    const other = readHolder(guard);
    if (other !== undefined && !isRunning(other, host)) rmSync(guard, { force: true });
    return false;
  }
  try {
    if (readHolder(file)?.nonce !== dead.nonce) return false;
    const draft = `${file}.${holder.nonce}`;
    writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
    renameSync(draft, file);
    return true;
  } finally {
    rmSync(guard, { force: true });
  }
}

/** Reads who holds a lock; a file that makes no sense counts as one whose holder has died. */
function readHolder(file: string): Holder | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const { pid, startTime, nonce } = JSON.parse(text) as Partial<Holder>;
    return { pid: pid ?? 0, startTime: startTime ?? '', nonce: nonce ?? '' };
  } catch {
    return { pid: 0, startTime: '', nonce: '' };
  }
}
