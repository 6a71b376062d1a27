import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FileSystem } from '../../src/lib/core/filesystem.ts';
import type { Progress } from '../../src/lib/core/progress.ts';
import { openRooted } from '../../src/lib/engine/filesys/index.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';

/** What features take of the world, with a real cluster and a story that is kept. */
export interface FeaturePorts {
  readonly kube: KubeClient;
  readonly clock: { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };
  readonly progress: Progress;
  readonly manifests: FileSystem;
  /** The lines that were told, with their marks. */
  readonly told: string[];
}

/** Makes the ports of a feature around a client. */
export function makeFeaturePorts(kube: KubeClient): FeaturePorts {
  const told: string[] = [];
  const tell =
    (mark: string) =>
    (text: string): void => {
      told.push(`${mark} ${text}`);
    };
  return {
    kube,
    told,
    manifests: openRooted(fileURLToPath(new URL('../../manifests', import.meta.url))),
    clock: {
      now: () => Date.now(),
      sleep: async (ms, signal) => {
        await sleep(ms, undefined, signal === undefined ? {} : { signal });
      },
    },
    progress: {
      action: tell('►'),
      generate: tell('✚'),
      waiting: tell('◎'),
      success: tell('✔'),
      warning: tell('⚠'),
      failure: tell('✗'),
      detail: tell(' '),
    },
  };
}
