import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import { formatSubject, type K8sObject, type ObjectRef, refOf } from '../../../../../src/lib/core/objects.ts';
import { SILENT } from '../../../../../src/lib/core/progress.ts';
import type { FetchedTree, GitRef, Remote, TreeEntry } from '../../../../../src/lib/engine/git/index.ts';
import {
  createSourceContents,
  reconcileGitRepository,
  type ReconcilePorts,
  type SourceReport,
} from '../../../../../src/lib/features/reconcile/index.ts';
import { memoryStatusStore, type StatusStore } from '../../../../../src/lib/features/reconcile/status-store.ts';

/** A repository whose one commit is what it has, and a cluster of objects in memory. */
export interface ScriptedWorld {
  readonly ports: ReconcilePorts;
  /** What git was asked for. */
  readonly calls: { remote: Remote; ref: GitRef; timeoutMs: number; observed?: string }[];
  /** Commits that really went over the wire. */
  readonly transfers: string[];
  /** Runs a source; its status stays for the next run. */
  run(name: string, spec: JsonObject): Promise<SourceReport>;
  status(name: string): JsonObject;
  change(files: Readonly<Record<string, string>>): void;
  readonly kept: Map<string, Uint8Array>;
}

/** Makes such a world; revisions are what the real engine would say of a branch. */
export function scriptWorld(files: Readonly<Record<string, string>>, secrets: readonly K8sObject[] = []): ScriptedWorld {
  let current = files;
  let now = Date.parse('2026-01-01T00:00:00Z');
  const calls: ScriptedWorld['calls'] = [];
  const transfers: string[] = [];
  const kept = new Map<string, Uint8Array>();
  const stores = new Map<string, StatusStore>();
  const commitOf = (): string => createHash('sha1').update(JSON.stringify(current)).digest('hex');
  const treeOf = (): FetchedTree => ({ commit: commitObject(commitOf()), entries: Object.entries(current).map(entryOf) });
  const find = (ref: ObjectRef): Promise<K8sObject | undefined> => Promise.resolve(stores.get(formatSubject(ref))?.current());
  const byName = new Map(secrets.map((secret) => [formatSubject(refOf(secret)), secret]));
  const ports = {
    kube: { get: (ref: ObjectRef) => Promise.resolve(byName.get(formatSubject(ref))) },
    git: {
      async fetchRevision(
        remote: Remote,
        ref: GitRef,
        options: {
          observed?: string;
          timeoutMs?: number;
          packs?: { keep(key: string, load: () => Promise<Uint8Array>): Promise<unknown> };
        } = {},
      ) {
        calls.push({
          remote,
          ref,
          timeoutMs: options.timeoutMs ?? 0,
          ...(options.observed === undefined ? {} : { observed: options.observed }),
        });
        const commit = commitOf();
        const name = ref.tag ?? ref.branch ?? '';
        const revision = {
          commit,
          revision: name === '' ? `sha1:${commit}` : `${name}@sha1:${commit}`,
          refName: ref.tag === undefined ? `refs/heads/${name}` : `refs/tags/${name}`,
        };
        if (options.observed === revision.revision) return { revision };
        await options.packs?.keep(`git ${remote.url}@${commit}`, () => {
          transfers.push(commit);
          return Promise.resolve(new Uint8Array([1]));
        });
        return { revision, tree: treeOf() };
      },
      fetchTree: () => Promise.resolve(treeOf()),
      addSubmodules: (tree: FetchedTree) => Promise.resolve([...tree.entries, entryOf(['sub/file', 'of a submodule'])]),
      fetchInstallationToken: () => Promise.resolve({ username: 'x-access-token', password: 'token', installationId: '42' }),
    },
    store: {
      get: (key: string) => Promise.resolve(kept.get(key)),
      put: (key: string, bytes: Uint8Array) => Promise.resolve(void kept.set(key, bytes)),
    },
    world: { now: () => (now += 1000) },
    progress: SILENT,
    recordEvents: false,
  } as unknown as ReconcilePorts;
  const contents = createSourceContents(ports, find);
  return {
    ports,
    calls,
    transfers,
    kept,
    run(name, spec) {
      const before = stores.get(`GitRepository/apps/${name}`)?.current();
      const generation = (before?.metadata.generation ?? 0) + 1;
      const object: K8sObject = {
        apiVersion: 'source.toolkit.fluxcd.io/v1',
        kind: 'GitRepository',
        metadata: { name, namespace: 'apps', generation },
        spec: { interval: '1m', url: 'https://host/app', ref: { branch: 'main' }, ...spec },
        status: before?.['status'] ?? { observedGeneration: -1 },
      };
      const store = memoryStatusStore(object, () => Promise.resolve());
      stores.set(`GitRepository/apps/${name}`, store);
      return reconcileGitRepository(refOf(object), ports, { contents, store, find });
    },
    status: (name) => (stores.get(`GitRepository/apps/${name}`)?.current()['status'] ?? {}) as JsonObject,
    change: (next) => {
      current = next;
    },
  };
}

function entryOf([path, text]: readonly [string, string]): TreeEntry {
  return { path, mode: 0o100644, type: 'file', id: '', bytes: new TextEncoder().encode(text) };
}

function commitObject(id: string): FetchedTree['commit'] {
  const who = { name: 'T', email: 't@example.com', timeSeconds: 1_700_000_000, timezone: '+0000' };
  return { id, tree: id, parents: [], author: who, committer: who, message: 'Subject\n', subject: 'Subject' };
}
