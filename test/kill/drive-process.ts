import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** When a process is killed: so long after its start, or with so many lines told. */
export type KillMoment = { readonly afterMs: number } | { readonly afterLines: number };

/** How a process ended. */
export interface DriveEnd {
  /** Absent where it was killed. */
  readonly code?: number;
  readonly elapsedMs: number;
  readonly lines: number;
  readonly stderr: string;
}

/** What a driving process needs. */
export interface DrivePlace {
  /** Folder of the package. */
  readonly root: string;
  readonly kubeconfigPath: string;
  /** Where it drives, and where its Leases are. */
  readonly namespace: string;
  /** A home of its own. */
  readonly home: string;
}

/**
 * Runs `flux-ts drive` as a process and kills it with SIGKILL at a moment, if it is not over by then.
 *
 * Effects: those of the command
 */
export async function runDriveProcess(place: DrivePlace, kill?: KillMoment): Promise<DriveEnd> {
  const began = performance.now();
  const child = spawn(process.execPath, [join(place.root, 'bin', 'flux-ts'), 'drive', '-n', place.namespace, '--timeout=2m'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: place.home,
      KUBECONFIG: place.kubeconfigPath,
      FLUX_SYSTEM_NAMESPACE: place.namespace,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  let lines = 0;
  const end = (): void => void child.kill('SIGKILL');
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    lines += text.split('\n').length - 1;
    if (kill !== undefined && 'afterLines' in kill && lines >= kill.afterLines) end();
  });
  const over = new AbortController();
  if (kill !== undefined && 'afterMs' in kill) {
    void sleep(kill.afterMs, undefined, { signal: over.signal }).then(end, () => {});
  }
  const { code, signal } = await new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  over.abort();
  return {
    ...(signal === 'SIGKILL' ? {} : { code: code ?? -1 }),
    elapsedMs: performance.now() - began,
    lines,
    stderr,
  };
}
