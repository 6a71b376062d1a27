import { FluxError, messageOf } from '../../core/errors.ts';
import { formatSubject, isK8sObject, type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import { readList, readPath, readText } from '../../core/read-object.ts';

/**
 * Reads the objects of a HelmRelease from the Secret in which Helm keeps its last release. They are as the chart rendered
 * them: one without a namespace is in the release's, unless its kind is cluster-scoped.
 *
 * Effects: reads the cluster
 * Source: fluxcd/flux2 cmd/flux/tree_kustomization.go; helm pkg/storage/driver for the encoding
 *
 * @throws {FluxError} inspect/bad-release: the Secret does not hold what Helm writes
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
  try {
    const packed = Buffer.from(Buffer.from(encoded, 'base64').toString('utf8'), 'base64');
    const isGzip = packed[0] === 0x1f && packed[1] === 0x8b;
    const text = (isGzip ? gunzipSync(packed, { maxOutputLength: MAX_RELEASE_BYTES }) : packed).toString('utf8');
    const { manifest } = JSON.parse(text) as { manifest?: string };
    return parseYamlDocuments(manifest ?? '').flatMap(({ value }) => (isK8sObject(value) ? [value] : []));
  } catch (error) {
    throw new FluxError(
      'inspect/bad-release',
      `the stored release of ${formatSubject(refOf(release))} cannot be read: ${messageOf(error)}`,
      {
        subject: refOf(release),
        cause: error,
      },
    );
  }
}

/** A Secret holds a mebibyte at most; what is packed a hundred times smaller is no release. */
const MAX_RELEASE_BYTES = 100 * 2 ** 20;
