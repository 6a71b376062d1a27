import { FluxError } from '../../core/errors.ts';
import { KINDS } from '../../core/kinds.ts';
import { formatSubject, groupOf, isK8sObject, type K8sObject, refOf } from '../../core/objects.ts';
import { parseYamlDocuments } from '../../core/yaml/index.ts';
import { upgradeObject } from '../../engine/apiversions/index.ts';
import { listBuiltinResources, scopesWithDefinitions } from '../../engine/rbac/index.ts';
import { LIST_NAMES, LISTS } from './lists.ts';
import type { FilePosition, ListName, Snapshot } from './types.ts';

/** A file as somebody read it. */
export interface AuditFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Takes the manifests of files for what there is. What the files do not have counts as not read, so that a row says rather
 * than passes; but roles and bindings belong together: one kind of them stands for all.
 *
 * Effects: none
 *
 * @throws {FluxError} audit/no-objects: there is nothing to look at; yaml/…
 */
export function readFiles(files: readonly AuditFile[], fluxNamespace: string): Snapshot {
  const positions = new Map<string, FilePosition>();
  const objects: K8sObject[] = [];
  for (const { path, text } of files) {
    for (const { value, line } of parseYamlDocuments(text, { file: path })) {
      if (!isK8sObject(value)) continue;
      const members =
        Array.isArray(value['items']) && value.kind.endsWith('List')
          ? value['items'].filter((item) => isK8sObject(item))
          : [value];
      for (const member of members) {
        const { object } = upgradeObject(member);
        objects.push(object);
        positions.set(formatSubject(refOf(object)), { file: path, line });
      }
    }
  }
  const lists = new Map<ListName, readonly K8sObject[]>();
  const unread = new Map<ListName, string>();
  for (const name of LIST_NAMES) {
    const { group, kind } = LISTS[name];
    const found = objects.filter((object) => object.kind === kind && groupOf(object) === group);
    if (found.length > 0) lists.set(name, found);
    else unread.set(name, `the files have no ${kind}`);
  }
  if (lists.size === 0) {
    throw new FluxError(
      'audit/no-objects',
      `there is nothing to look at in ${files.map(({ path }) => path).join(', ') || 'no file'}`,
      {
        hint: 'name files or folders with roles, bindings, Deployments of controllers, or objects of Flux',
      },
    );
  }
  const RIGHTS: readonly ListName[] = ['clusterRoles', 'clusterRoleBindings', 'roles', 'roleBindings'];
  if (RIGHTS.some((name) => lists.has(name))) {
    for (const name of RIGHTS) {
      if (!lists.has(name)) lists.set(name, []);
      unread.delete(name);
    }
  }
  return {
    from: 'files',
    fluxNamespace,
    lists,
    unread,
    served: listServed(objects),
    remoteLogins: new Map(),
    positions,
  };
}

function listServed(objects: readonly K8sObject[]): ReadonlySet<string> {
  const served = new Set([...listBuiltinResources(), ...KINDS.map(({ group, plural }) => `${group}/${plural}`)]);
  for (const extra of ['authentication.k8s.io/tokenreviews', 'authentication.k8s.io/selfsubjectreviews']) served.add(extra);
  for (const name of ['subjectaccessreviews', 'selfsubjectaccessreviews', 'selfsubjectrulesreviews', 'localsubjectaccessreviews'])
    served.add(`authorization.k8s.io/${name}`);
  const scopeOf = scopesWithDefinitions(objects, () => undefined);
  for (const object of objects) {
    const spec = object['spec'] as { group?: string; names?: { kind?: string } } | undefined;
    if (object.kind !== 'CustomResourceDefinition' || spec?.group === undefined || spec.names?.kind === undefined) continue;
    const scope = scopeOf({ apiVersion: `${spec.group}/v1`, kind: spec.names.kind });
    if (scope !== undefined) served.add(`${spec.group}/${scope.plural}`);
  }
  return served;
}
