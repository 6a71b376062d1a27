import type { K8sObject, ObjectRef } from '../../../../../src/lib/core/objects.ts';
import { formatSubject, refOf } from '../../../../../src/lib/core/objects.ts';
import type { Progress } from '../../../../../src/lib/core/progress.ts';
import type { KubeClient, WatchEvent } from '../../../../../src/lib/engine/kube/index.ts';
import type { InstallPorts } from '../../../../../src/lib/features/install/index.ts';

/** Answers of a cluster, and what was asked of it. It judges nothing: that is what the tests against a real one are for. */
export interface Script {
  readonly objects: readonly K8sObject[];
  /** Thrown instead of an answer; by `<verb> <Kind>[/ns]/name`, or `list <Kind>`. */
  readonly errors?: Readonly<Record<string, Error>>;
  readonly serverVersion?: string;
  readonly answer?: boolean;
}

/** Ports that follow a script, and what was written and told. */
export interface Scripted {
  readonly ports: InstallPorts;
  readonly writes: string[];
  readonly bodies: K8sObject[];
  readonly told: string[];
  readonly asked: string[];
}

/** Makes ports that follow a script. */
export function scriptPorts(script: Script): Scripted {
  const writes: string[] = [];
  const bodies: K8sObject[] = [];
  const told: string[] = [];
  const asked: string[] = [];
  const fail = (what: string): void => {
    const error = script.errors?.[what];
    if (error !== undefined) throw error;
  };
  const write = (verb: string, ref: ObjectRef, dryRun = false): void => {
    const what = `${verb} ${formatSubject(ref)}`;
    fail(what);
    writes.push(dryRun ? `${what} (dry run)` : what);
  };
  const find = (ref: ObjectRef): K8sObject | undefined =>
    script.objects.find((object) => formatSubject(refOf(object)) === formatSubject(ref));
  const select = (kind: string, namespace: string | undefined): K8sObject[] =>
    script.objects.filter((one) => one.kind === kind && (namespace === undefined || one.metadata.namespace === namespace));
  const kube: Partial<KubeClient> = {
    async get(ref) {
      fail(`get ${formatSubject(ref)}`);
      return find(ref);
    },
    async list(kind, options) {
      fail(`list ${kind.kind}`);
      return { items: select(kind.kind, options?.namespace), resourceVersion: '1' };
    },
    async *watch(kind, options): AsyncGenerator<WatchEvent> {
      for (const object of select(kind.kind, options.namespace)) yield { type: 'ADDED', object };
      yield { type: 'SYNCED' };
      await new Promise((_resolve, reject) => options.signal.addEventListener('abort', () => reject(options.signal.reason)));
    },
    async create(object) {
      write('create', refOf(object));
      bodies.push(object);
      return object;
    },
    async replace(object) {
      write('replace', refOf(object));
      bodies.push(object);
      return object;
    },
    async patch(ref, patch, options) {
      write('patch', ref, options.dryRun);
      return { apiVersion: ref.apiVersion, kind: ref.kind, metadata: { name: ref.name }, patch };
    },
    async delete(ref, options) {
      write('delete', ref, options?.dryRun);
      return true;
    },
    async serverVersion() {
      return { gitVersion: script.serverVersion ?? 'v1.36.3' };
    },
  };
  const tell =
    (mark: string) =>
    (text: string): void => {
      told.push(`${mark} ${text}`);
    };
  const progress: Progress = {
    action: tell('►'),
    generate: tell('✚'),
    waiting: tell('◎'),
    success: tell('✔'),
    warning: tell('⚠'),
    failure: tell('✗'),
    detail: tell(' '),
  };
  let now = 0;
  const ports: InstallPorts = {
    kube: kube as KubeClient,
    progress,
    clock: {
      now: () => now,
      // Time passes as soon as anybody waits for it.
      async sleep(ms, signal) {
        await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
        now += ms;
      },
    },
    async confirm(question) {
      asked.push(question);
      return script.answer ?? false;
    },
  };
  return { ports, writes, bodies, told, asked };
}

/** A definition of GitRepository, which marks an installation. */
export function makeMarker(labels: Record<string, string>): K8sObject {
  const name = 'gitrepositories.source.toolkit.fluxcd.io';
  return { ...makeObject('CustomResourceDefinition', name), metadata: { name, labels }, status: { storedVersions: ['v1'] } };
}

const API_VERSION: Readonly<Record<string, string>> = {
  CustomResourceDefinition: 'apiextensions.k8s.io/v1',
  Deployment: 'apps/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  ClusterRole: 'rbac.authorization.k8s.io/v1',
  ClusterRoleBinding: 'rbac.authorization.k8s.io/v1',
  Kustomization: 'kustomize.toolkit.fluxcd.io/v1',
  GitRepository: 'source.toolkit.fluxcd.io/v1',
};

/** An object with nothing but its name. */
export function makeObject(kind: string, name: string, namespace?: string): K8sObject {
  return {
    apiVersion: API_VERSION[kind] ?? 'v1',
    kind,
    metadata: namespace === undefined ? { name } : { name, namespace },
  };
}

/** A Deployment, ready or not. */
export function makeDeployment(name: string, image: string, ready: boolean): K8sObject {
  const object = makeObject('Deployment', name, 'flux-system');
  const available = { type: 'Available', status: ready ? 'True' : 'False' };
  const counts = { replicas: 1, updatedReplicas: 1, readyReplicas: ready ? 1 : 0, availableReplicas: ready ? 1 : 0 };
  return {
    ...object,
    metadata: { ...object.metadata, generation: 1, labels: { 'app.kubernetes.io/part-of': 'flux' } },
    spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: { spec: { containers: [{ image }] } } },
    status: { observedGeneration: 1, ...counts, conditions: [available] },
  };
}
