import type { JsonObject } from '../../src/lib/core/json.ts';
import type { K8sObject } from '../../src/lib/core/objects.ts';
import { readList, readText } from '../../src/lib/core/read-object.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import type { GitServer } from './git-server.ts';

/** apiVersion of a GitRepository. */
export const SOURCE_API = 'source.toolkit.fluxcd.io/v1';
/** apiVersion of a Kustomization. */
export const KUSTOMIZE_API = 'kustomize.toolkit.fluxcd.io/v1';

/** Makes a namespace with a GitRepository `app` and a Kustomization `app` for the folder `deploy` of a new repository. */
export async function prepareApp(
  kube: KubeClient,
  git: GitServer,
  namespace: string,
  files: Readonly<Record<string, string>>,
  spec: JsonObject = {},
): Promise<string> {
  await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await git.create(namespace);
  const commit = await git.commitFiles(namespace, files, 'Begin');
  await kube.create(repository(namespace, 'app', git.urlOf(namespace)));
  await kube.create(kustomization(namespace, 'app', spec));
  return commit;
}

/** A GitRepository of the branch `main`. */
export function repository(namespace: string, name: string, url: string): K8sObject {
  return {
    apiVersion: SOURCE_API,
    kind: 'GitRepository',
    metadata: { name, namespace },
    spec: { interval: '10m', url, ref: { branch: 'main' } },
  };
}

/** A Kustomization of the source `app` that prunes. */
export function kustomization(namespace: string, name: string, spec: JsonObject = {}): K8sObject {
  return {
    apiVersion: KUSTOMIZE_API,
    kind: 'Kustomization',
    metadata: { name, namespace },
    spec: {
      interval: '10m',
      path: './deploy',
      prune: true,
      targetNamespace: namespace,
      sourceRef: { kind: 'GitRepository', name: 'app' },
      ...spec,
    },
  };
}

/** A ConfigMap as a file. */
export function configMapFile(name: string, from: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {from: "${from}"}\n`;
}

/** The conditions of an object, a line each: type, status, reason, message. */
export function conditionLines(object: K8sObject | undefined): string[] {
  return readList(object, 'status', 'conditions').map((condition) =>
    ['type', 'status', 'reason', 'message'].map((field) => readText(condition, field)).join(' '),
  );
}
