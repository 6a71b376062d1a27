import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import { HELM } from '../../core/flux.ts';
import { formatSubject, isK8sObject, type K8sObject, type KindRef, type ObjectRef, refOf } from '../../core/objects.ts';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { readList, readPath, readText } from '../../core/read-object.ts';

/** What reading a release needs of the cluster. */
export interface ReleaseReader {
  get(ref: ObjectRef): Promise<K8sObject | undefined>;
  list(kind: KindRef, options: { labelSelector: string }): Promise<{ readonly items: readonly K8sObject[] }>;
  resourceOf(kind: KindRef): Promise<{ readonly namespaced: boolean } | undefined>;
}

/**
 * Reads the objects of a HelmRelease from the Secret in which Helm keeps its last release, and the definitions that the chart
 * brings along, which Helm does not count among them. One that the chart gave no namespace is in the release's, unless its kind
 * is cluster-scoped or not known.
 *
 * Effects: reads the cluster
 * Source: fluxcd/flux2 cmd/flux/tree_kustomization.go; helm pkg/storage/driver for the encoding
 *
 * @throws {FluxError} inspect/bad-release: the Secret does not hold what Helm writes
 * @returns empty where there is no release yet, or it is in another cluster
 */
export async function readHelmObjects(release: K8sObject, kube: ReleaseReader): Promise<K8sObject[]> {
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
  const placed: K8sObject[] = [];
  for (const object of await unpackRelease(encoded, release)) {
    placed.push(await withNamespace(object, readText(last, 'namespace'), kube));
  }
  return [...placed, ...(await otherDefinitions(release, placed, kube))];
}

async function unpackRelease(encoded: string, release: K8sObject): Promise<K8sObject[]> {
  const [{ gunzipSync }, { parseYamlDocuments }] = await Promise.all([import('node:zlib'), import('../../core/yaml/index.ts')]);
  try {
    const packed = Buffer.from(Buffer.from(encoded, 'base64').toString('utf8'), 'base64');
    const isGzip = packed[0] === 0x1f && packed[1] === 0x8b;
    const text = (isGzip ? gunzipSync(packed, { maxOutputLength: MAX_RELEASE_BYTES }) : packed).toString('utf8');
    const { manifest } = JSON.parse(text) as { manifest?: string };
    return parseYamlDocuments(manifest ?? '').flatMap(({ value }) => membersOf(value));
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

function membersOf(value: JsonValue): K8sObject[] {
  if (isJsonObject(value) && String(value['kind']).endsWith('List') && Array.isArray(value['items'])) {
    return value['items'].flatMap(membersOf);
  }
  return isK8sObject(value) ? [value] : [];
}

async function withNamespace(object: K8sObject, namespace: string, kube: ReleaseReader): Promise<K8sObject> {
  if (namespace === '' || (object.metadata.namespace ?? '') !== '') return object;
  const { apiVersion, kind } = object;
  const resource = await kube.resourceOf({ apiVersion, kind });
  return resource?.namespaced === true ? { ...object, metadata: { ...object.metadata, namespace } } : object;
}

/** Who may not list definitions sees the rest. */
async function otherDefinitions(
  release: K8sObject,
  known: readonly K8sObject[],
  kube: ReleaseReader,
): Promise<readonly K8sObject[]> {
  const brings = ['install', 'upgrade'].some((step) => !['', 'Skip'].includes(readText(release, 'spec', step, 'crds')));
  if (!brings) return [];
  const { namespace = '', name } = release.metadata;
  const kind = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
  try {
    const labelSelector = `${HELM.nameLabel}=${name},${HELM.namespaceLabel}=${namespace}`;
    const { items } = await kube.list(kind, { labelSelector });
    const isKnown = ({ metadata }: K8sObject): boolean =>
      known.some((object) => object.kind === kind.kind && object.metadata.name === metadata.name);
    return items.filter((item) => !isKnown(item)).map((item) => ({ ...item, ...kind }));
  } catch (error) {
    if (isFluxError(error, 'kube/forbidden')) return [];
    throw error;
  }
}

/** A Secret holds a mebibyte at most; what is packed a hundred times smaller is no release. */
const MAX_RELEASE_BYTES = 100 * 2 ** 20;
