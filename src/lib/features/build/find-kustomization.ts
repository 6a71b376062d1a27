import { FluxError } from '../../core/errors.ts';
import { GROUP } from '../../core/flux.ts';
import { isJsonObject } from '../../core/json.ts';
import { formatSubject, groupOf, isK8sObject, type K8sObject } from '../../core/objects.ts';
import { parseYamlDocuments } from '../../core/yaml/index.ts';
import { upgradeObject } from '../../engine/apiversions/index.ts';

/** Which Kustomization is meant. */
export interface KustomizationName {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Finds a Kustomization in a file of several documents: by its name, and by its namespace where it names one. Where it names
 * none it gets that of the command.
 *
 * Effects: none
 * Source: fluxcd/flux2 internal/build/build.go
 *
 * @param path what errors call the file
 * @throws {FluxError} build/kustomization-not-found; yaml/…
 */
export function findKustomization(text: string, path: string, wanted: KustomizationName): K8sObject {
  for (const { value } of parseYamlDocuments(text, { file: path })) {
    if (!isK8sObject(value) || !isKustomization(value) || value.metadata.name !== wanted.name) continue;
    const { namespace } = value.metadata;
    if (typeof namespace === 'string' && namespace !== '' && namespace !== wanted.namespace) continue;
    return { ...value, metadata: { ...value.metadata, namespace: wanted.namespace } };
  }
  throw new FluxError(
    'build/kustomization-not-found',
    `failed to get kustomization object: failed find kustomization with name '${wanted.name}' and namespace '${wanted.namespace}' in file '${path}'`,
    { source: { file: path }, hint: 'name it as in the file, and its namespace with -n' },
  );
}

/** Tells whether an object is one of Flux's Kustomizations. */
export function isKustomization(object: K8sObject): boolean {
  return object.kind === 'Kustomization' && groupOf(object) === GROUP.kustomize;
}

/**
 * Brings a Kustomization into the API of this release.
 *
 * Effects: none
 *
 * @param where what warnings call the place that the object is from
 * @param warn hears of each field that does not come along
 */
export function upgradeKustomization(object: K8sObject, where: string, warn: (text: string) => void): K8sObject {
  const { object: upgraded, from, notes } = upgradeObject(isJsonObject(object['spec']) ? object : { ...object, spec: {} });
  const subject = formatSubject({ ...object, name: object.metadata.name, namespace: object.metadata.namespace ?? '' });
  if (from !== undefined) warn(`${where}: ${subject} is ${from}, read as ${upgraded.apiVersion}`);
  for (const note of notes) warn(`${where}: ${subject}: ${note.message}`);
  return upgraded;
}
