import { FluxError } from '../../core/errors.ts';
import { isK8sObject, type K8sObject, refOf, formatSubject } from '../../core/objects.ts';
import { parseYamlDocuments } from '../../core/yaml/index.ts';
import { upgradeObject } from '../../engine/apiversions/index.ts';
import { storedSecret } from './file-secrets.ts';
import { isDriven } from './plan-graph.ts';

/** A file as somebody read it. */
export interface ObjectFile {
  readonly path: string;
  readonly text: string;
}

/** Objects from files, in the APIs of this release. */
export interface ReadObjects {
  /** GitRepositories and Kustomizations. */
  readonly objects: readonly K8sObject[];
  /** Secrets, for the sources that name them. */
  readonly secrets: readonly K8sObject[];
  /** What was changed on the way, and what was left out. */
  readonly warnings: readonly string[];
}

/**
 * Reads the GitRepositories and Kustomizations of files, and the Secrets beside them. Old APIs are accepted, with a warning
 * for each field that the new ones do not have.
 *
 * Effects: none
 *
 * @param namespace for objects that name none
 * @throws {FluxError} yaml/…; reconcile/duplicate-object: two objects of one kind and name
 */
export function readObjects(files: readonly ObjectFile[], namespace: string): ReadObjects {
  const objects = new Map<string, K8sObject>();
  const warnings: string[] = [];
  for (const { path, text } of files) {
    for (const document of parseYamlDocuments(text, { file: path })) {
      const { value } = document;
      if (!isK8sObject(value) || (!isDriven(value) && !isSecret(value))) continue;
      const { object, from, notes } = isSecret(value) ? { object: storedSecret(value), notes: [] } : upgradeObject(value);
      const placed = { ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? namespace } };
      const key = formatSubject(refOf(placed));
      if (from !== undefined) warnings.push(`${path}: ${key} is ${from}, read as ${object.apiVersion}`);
      for (const note of notes) warnings.push(`${path}: ${key}: ${note.message}`);
      if (objects.has(key)) {
        throw new FluxError('reconcile/duplicate-object', `${key} is there twice, the second time in ${path}`, {
          subject: refOf(placed),
          source: { file: path },
        });
      }
      if (isSecret(value) && value['sops'] !== undefined) {
        warnings.push(`${path}: ${key} is encrypted and not used; the one in the cluster is, where there is one`);
        continue;
      }
      objects.set(key, placed);
    }
  }
  const all = [...objects.values()];
  return { objects: all.filter((object) => !isSecret(object)), secrets: all.filter(isSecret), warnings };
}

function isSecret({ apiVersion, kind }: K8sObject): boolean {
  return apiVersion === 'v1' && kind === 'Secret';
}
