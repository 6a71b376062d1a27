import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/lib/core/json.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { readList, readText } from '../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { connectKube } from './connect-kube.ts';
import { type CliOptions, type CliRun, runCli } from './run-cli.ts';

const SOURCE = 'source.toolkit.fluxcd.io/v1';
const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io/v1';

/** A namespace of its own in a real cluster, a home of its own, and the CLI in it. */
export interface CliWorld {
  readonly kube: KubeClient;
  readonly namespace: string;
  /** Temporary; HOME, and where the CLI runs. */
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  run(argv: readonly string[], options?: CliOptions): Promise<CliRun>;
  createSource(name: string, spec: JsonObject): Promise<K8sObject>;
  createKustomization(name: string, spec?: JsonObject): Promise<K8sObject>;
  source(name: string): Promise<K8sObject | undefined>;
  kustomization(name: string): Promise<K8sObject | undefined>;
  close(): Promise<void>;
}

/**
 * Opens a world. Flux's own namespace is the same one, so that its Leases are in nobody's way.
 *
 * @param kubeconfigPath of an administrator
 * @param namespace is created
 */
export async function openCliWorld(kubeconfigPath: string, namespace: string): Promise<CliWorld> {
  const kube = await connectKube(kubeconfigPath);
  const home = mkdtempSync(join(tmpdir(), 'flux-ts-home-'));
  for (const folder of ['cache', 'state']) mkdirSync(join(home, folder));
  const env = {
    HOME: home,
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_STATE_HOME: join(home, 'state'),
    KUBECONFIG: kubeconfigPath,
    FLUX_SYSTEM_NAMESPACE: namespace,
  };
  await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const create = (apiVersion: string, kind: string, name: string, spec: JsonObject): Promise<K8sObject> =>
    kube.create({ apiVersion, kind, metadata: { name, namespace }, spec: { interval: '10m', ...spec } });
  return {
    kube,
    namespace,
    home,
    env,
    run: (argv, options = {}) => runCli(argv, { cwd: home, ...options, env: { ...env, ...options.env } }),
    createSource: (name, spec) => create(SOURCE, 'GitRepository', name, { ref: { branch: 'main' }, ...spec }),
    createKustomization: (name, spec = {}) =>
      create(KUSTOMIZE, 'Kustomization', name, {
        path: './deploy',
        prune: true,
        targetNamespace: namespace,
        sourceRef: { kind: 'GitRepository', name },
        ...spec,
      }),
    source: (name) => kube.get({ apiVersion: SOURCE, kind: 'GitRepository', namespace, name }),
    kustomization: (name) => kube.get({ apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace, name }),
    async close() {
      await kube.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The error object that a run under `-o json` ends in. */
export interface ToldError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly source?: { readonly file: string; readonly line?: number; readonly column?: number };
  readonly details?: JsonObject;
  readonly errors?: readonly ToldError[];
}

/** Reads it. */
export function errorOf(run: CliRun): ToldError {
  const begin = run.stderr.lastIndexOf('{\n  "error"');
  assert.ok(begin >= 0, `no error object on stderr:\n${run.stderr}\n${run.stdout}`);
  return (JSON.parse(run.stderr.slice(begin)) as { error: ToldError }).error;
}

/** Asserts that a run failed as it must: exit code 1, this code, a sentence with thing and cause, and a mend. */
export function assertFails(run: CliRun, code: string, message: RegExp, hint: RegExp): ToldError {
  assert.equal(run.code, 1, `${run.stdout}${run.stderr}`);
  const error = errorOf(run);
  assert.equal(error.code, code, JSON.stringify(error, null, 2));
  assert.match(error.message, message);
  assert.match(error.hint ?? '', hint, JSON.stringify(error, null, 2));
  return error;
}

/** The Ready condition as `status reason`. */
export function readyOf(object: K8sObject | undefined): string {
  const ready = readList(object, 'status', 'conditions').find((condition) => readText(condition, 'type') === 'Ready');
  return `${readText(ready, 'status')} ${readText(ready, 'reason')}`;
}

/** Ids of the inventory, sorted. */
export function inventoryOf(object: K8sObject | undefined): string[] {
  return readList(object, 'status', 'inventory', 'entries')
    .map((entry) => readText(entry, 'id'))
    .sort();
}
