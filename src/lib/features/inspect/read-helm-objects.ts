import { isK8sObject, type K8sObject, type ObjectRef } from '../../core/objects.ts';
import { readList, readPath, readText } from '../../core/read-object.ts';

/**
 * Reads the objects of a HelmRelease from the Secret in which Helm keeps its last release. They are as the chart rendered
 * them: one without a namespace is in the release's, unless its kind is cluster-scoped.
 *
 * Effects: reads the cluster
 * Source: fluxcd/flux2 cmd/flux/tree_kustomization.go; helm pkg/storage/driver for the encoding
 *
 * @returns empty where there is no release yet, or it is in another cluster
 */
export async function readHelmObjects(
  release: K8sObject,
  kube: { get(ref: ObjectRef): Promise<K8sObject | undefined> },
): Promise<K8sObject[]> {
  if (readPath(release, 'spec', 'kubeConfig') !== undefined) return [];
  const last = readList(release, 'status', 'history')[0];
  const version = readPath(last, 'version');
  if (version === undefined) return [];
  const namespace =
    readText(release, 'status', 'storageNamespace') ||
    readText(release, 'spec', 'storageNamespace') ||
    (release.metadata.namespace ?? '');
  const secret = await kube.get({
    apiVersion: 'v1',
    kind: 'Secret',
    namespace,
    name: `sh.helm.release.v1.${readText(last, 'name')}.v${String(version)}`,
  });
  const encoded = readText(secret, 'data', 'release');
  if (encoded === '') return [];
  const [{ gunzipSync }, { parseYamlDocuments }] = await Promise.all([import('node:zlib'), import('../../core/yaml/index.ts')]);
  const packed = Buffer.from(Buffer.from(encoded, 'base64').toString('utf8'), 'base64');
  const isGzip = packed[0] === 0x1f && packed[1] === 0x8b;
  const { manifest } = JSON.parse((isGzip ? gunzipSync(packed) : packed).toString('utf8')) as { manifest?: string };
  return parseYamlDocuments(manifest ?? '').flatMap(({ value }) => (isK8sObject(value) ? [value] : []));
}
