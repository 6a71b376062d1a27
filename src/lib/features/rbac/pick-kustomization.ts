import { FluxError } from '../../core/errors.ts';
import { GROUP } from '../../core/flux.ts';
import { isJsonObject } from '../../core/json.ts';
import { formatSubject, groupOf, isK8sObject, type K8sObject, refOf } from '../../core/objects.ts';
import { parseYamlDocuments } from '../../core/yaml/index.ts';
import { upgradeObject } from '../../engine/apiversions/index.ts';

/** Which Kustomization of a file is meant. */
export interface KustomizationChoice {
  /** Empty means the only one. */
  readonly name: string;
  /** Where it has to be; absent means anywhere. */
  readonly namespace?: string;
  /** For one that names no namespace. */
  readonly defaultNamespace: string;
}

/**
 * Finds a Kustomization in a file of several documents and brings it into the API of this release.
 *
 * Effects: none
 *
 * @param warn hears of each field that the API of this release has not got
 * @throws {FluxError} rbac/no-kustomization: none fits, or several do; yaml/…
 */
export function pickKustomization(
  text: string,
  file: string,
  { name, namespace, defaultNamespace }: KustomizationChoice,
  warn: (text: string) => void,
): K8sObject {
  const all = parseYamlDocuments(text, { file }).flatMap(({ value }) => (isKustomization(value) ? [value] : []));
  const fitting = all.filter(({ metadata }) => {
    const isHere = namespace === undefined || (metadata.namespace ?? '') === '' || metadata.namespace === namespace;
    return isHere && (name === '' || metadata.name === name);
  });
  const [found, ...more] = fitting;
  if (found === undefined || more.length > 0) {
    const wanted = name === '' ? 'a Kustomization' : `a Kustomization named ${JSON.stringify(name)}`;
    const there = all.map((object) => formatSubject(refOf(object))).join(', ');
    throw new FluxError(
      'rbac/no-kustomization',
      found === undefined ? `${file} has not got ${wanted}` : `${file} has several Kustomizations that fit: ${there}`,
      { source: { file }, hint: there === '' ? 'name the file that has it' : `name one of ${there}, and its namespace with -n` },
    );
  }
  const spec = isJsonObject(found['spec']) ? found['spec'] : {};
  const { object, from, notes } = upgradeObject({ ...found, spec });
  const subject = formatSubject(refOf(object));
  if (from !== undefined) warn(`${file}: ${subject} is ${from}, read as ${object.apiVersion}`);
  for (const note of notes) warn(`${file}: ${subject}: ${note.message}`);
  const place = (object.metadata.namespace ?? '') === '' ? (namespace ?? defaultNamespace) : object.metadata.namespace;
  return { ...object, metadata: { ...object.metadata, ...(place === undefined ? {} : { namespace: place }) } };
}

function isKustomization(value: unknown): value is K8sObject {
  return (
    isK8sObject(value as K8sObject) &&
    (value as K8sObject).kind === 'Kustomization' &&
    groupOf(value as K8sObject) === GROUP.kustomize
  );
}
