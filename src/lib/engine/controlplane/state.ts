import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { FluxError } from '../../core/errors.ts';
import type { Ports } from './flags.ts';
import type { Component, Layout } from './layout.ts';
import { isRunning, type ProcessIdentity } from './process-identity.ts';
import type { Host } from './host.ts';

/** What is kept of a control plane, so that a later call can find and revive it. */
export interface State {
  readonly format: 1;
  readonly name: string;
  /** RFC 3339 */
  readonly createdAt: string;
  readonly ports: Ports;
  readonly binaries: Readonly<Record<Component, string>>;
  readonly apiserverFlags: readonly string[];
  /** True where requests are noted; absent means false. */
  readonly audit?: boolean;
  /** What `/version` said; absent until the first start succeeded. */
  readonly kubernetesVersion?: string;
}

/**
 * Reads the state; `undefined` where there is none.
 *
 * @throws {FluxError} controlplane/bad-state: the file is damaged or from another release
 */
export function readState(layout: Layout): State | undefined {
  const text = readOptional(layout.stateFile);
  if (text === undefined) return undefined;
  try {
    const state = JSON.parse(text) as State;
    if (state.format === 1 && typeof state.ports.apiserver === 'number') return state;
  } catch {
    // Told below, together with the wrong format.
  }
  throw new FluxError('controlplane/bad-state', `${layout.stateFile} is damaged or was written by another release`, {
    hint: 'flux-ts sandbox down removes what is there; then bring it up again',
  });
}

/** Writes the state; it is either the old one or the new one, never half of it. */
export function writeState(layout: Layout, state: State): void {
  writeAtomically(layout.stateFile, `${JSON.stringify(state, null, 2)}\n`);
}

/** Reads which process a component is; `undefined` where it never ran. */
export function readPidFile(layout: Layout, component: Component): ProcessIdentity | undefined {
  const text = readOptional(layout.pidFile(component));
  if (text === undefined) return undefined;
  const [pid = '', startTime = ''] = text.split('\n');
  return /^\d+$/.test(pid) ? { pid: Number(pid), startTime } : undefined;
}

/** Notes which process a component is: its id and its start time, a line each. */
export function writePidFile(layout: Layout, component: Component, identity: ProcessIdentity): void {
  writeAtomically(layout.pidFile(component), `${identity.pid}\n${identity.startTime}\n`);
}

/** Reads the process of a component, if it still runs. */
export function readRunning(layout: Layout, component: Component, host: Host): ProcessIdentity | undefined {
  const identity = readPidFile(layout, component);
  return identity !== undefined && isRunning(identity, host) ? identity : undefined;
}

function writeAtomically(file: string, content: string): void {
  writeFileSync(`${file}.tmp`, content, { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}

function readOptional(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
