import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { isJsonObject } from '../../src/lib/core/json.ts';
import { type Progress, SILENT } from '../../src/lib/core/progress.ts';
import { compile } from '../../src/lib/engine/cel/index.ts';
import { substitute } from '../../src/lib/engine/envsubst/index.ts';
import * as git from '../../src/lib/engine/git/index.ts';
import { buildFlux, type FluxBuildSpec, generate } from '../../src/lib/engine/kustomize/index.ts';
import { connect, type IssuedToken, type KubeClient, parseForeignKubeconfig } from '../../src/lib/engine/kube/index.ts';
import { createDecryption } from '../../src/lib/engine/sops/index.ts';
import type { ReconcilePorts } from '../../src/lib/features/reconcile/index.ts';

/** A progress that keeps its lines. */
export interface Story extends Progress {
  readonly lines: string[];
}

/** Makes a progress whose lines can be looked at. */
export function createStory(): Story {
  const lines: string[] = [];
  const at = (mark: string) => (text: string) => {
    lines.push(`${mark} ${text}`);
  };
  return {
    ...SILENT,
    lines,
    action: at('►'),
    waiting: at('◎'),
    success: at('✔'),
    warning: at('⚠'),
    failure: at('✗'),
    detail: at(' '),
  };
}

/** What the driven pipeline needs, with the real parts. */
export function drivePorts(kube: KubeClient, progress: Progress = SILENT): ReconcilePorts {
  return {
    kube,
    git,
    build: {
      build: (files, { spec }) => Promise.resolve(buildFlux(files, isJsonObject(spec) ? (spec as FluxBuildSpec) : {})),
      substitute,
    },
    cel: { compile },
    remote: { connect: connectForeign },
    decrypt: createDecryption({
      readSecret: (ref) => kube.get(ref),
      rootOf: (files, { spec }) => generate(files, (spec as FluxBuildSpec).path ?? '', spec as FluxBuildSpec).kustomization,
    }),
    world: {
      now: () => Date.now(),
      sleep: async (ms, signal) => {
        await sleep(ms, undefined, signal === undefined ? {} : { signal });
      },
      uniqueId: () => randomUUID(),
      hostName: hostname(),
    },
    progress,
  };
}

/** Opens another cluster as the command line does. */
async function connectForeign(kubeconfig: string, name: string, issueToken?: () => Promise<IssuedToken>): Promise<KubeClient> {
  const connection = await parseForeignKubeconfig(kubeconfig, name);
  const credentials = { ...connection.credentials, ...(issueToken === undefined ? {} : { issueToken }) };
  return connect(
    { ...connection, credentials },
    {
      clock: {
        now: () => Date.now(),
        sleep: async (ms, signal) => {
          await sleep(ms, undefined, signal === undefined ? {} : { signal });
        },
      },
      readFile: () => Promise.resolve(undefined),
      env: {},
    },
  );
}
