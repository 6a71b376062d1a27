import { FluxError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { isK8sObject, type K8sObject } from '../../core/objects.ts';
import { readList } from '../../core/read-object.ts';

/** The role of a file, as a tenant gets it. */
export interface RoleFile {
  /** A Role without a namespace. */
  readonly role: K8sObject;
  /** What was left out of the file, and why. */
  readonly warnings: readonly string[];
}

/**
 * Reads the one Role or ClusterRole of a file as a Role: it will be written into each namespace of the tenant, so that no role
 * of the whole cluster, which somebody else may use too, is made or changed. Bindings of the file are passed over; the tenant's
 * account is what it is bound to.
 *
 * Effects: none
 *
 * @throws {FluxError} tenant/bad-role
 */
export async function readRoleFile(path: string, text: string): Promise<RoleFile> {
  const { parseYamlDocuments } = await import('../../core/yaml/index.ts');
  const documents = parseYamlDocuments(text, { file: path }).map(({ value }) => value);
  const objects = documents.flatMap((value) =>
    isJsonObject(value) && isListOfObjects(value) ? readList(value, 'items') : [value],
  );
  const roles = objects.filter(isRole);
  const [role] = roles;
  if (role === undefined || roles.length > 1) {
    const found = roles.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ');
    throw new FluxError('tenant/bad-role', `${path} must have one Role or ClusterRole, and has ${found === '' ? 'none' : found}`);
  }
  if (role['aggregationRule'] !== undefined) {
    throw new FluxError(
      'tenant/bad-role',
      `ClusterRole ${role.metadata.name} of ${path} aggregates others, so it has no rules of its own`,
      {
        hint: `bind it as it is: --cluster-role=${role.metadata.name}`,
      },
    );
  }
  const rules = readList(role, 'rules').filter(isJsonObject);
  const kept = rules.filter((rule) => rule['nonResourceURLs'] === undefined);
  if (kept.length === 0)
    throw new FluxError('tenant/bad-role', `${role.kind} ${role.metadata.name} of ${path} grants nothing in a namespace`);
  const passedOver = objects
    .filter((value): value is K8sObject => isK8sObject(value) && !isRole(value))
    .map(({ kind, metadata }) => `${kind} ${metadata.name} of ${path} is passed over: the role is bound to the tenant's account`);
  return {
    role: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: {
        name: role.metadata.name,
        ...(role.metadata.labels === undefined ? {} : { labels: { ...role.metadata.labels } }),
      },
      rules: kept,
    },
    warnings: [
      ...passedOver,
      ...(kept.length < rules.length
        ? [`rules for paths of ${role.kind} ${role.metadata.name} are left out: they exist in the whole cluster only`]
        : []),
    ],
  };
}

function isRole(value: unknown): value is K8sObject {
  return (
    isK8sObject(value as JsonObject) &&
    (value as K8sObject).apiVersion.startsWith('rbac.authorization.k8s.io/') &&
    ((value as K8sObject).kind === 'Role' || (value as K8sObject).kind === 'ClusterRole')
  );
}

function isListOfObjects(value: JsonObject): boolean {
  return value['kind'] === 'List' && Array.isArray(value['items']);
}
