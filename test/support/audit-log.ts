import { readFileSync } from 'node:fs';
import { isJsonObject, type JsonObject } from '../../src/lib/core/json.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { listRuleAccess, rulesOfRole, type AccessRequest } from '../../src/lib/engine/rbac/index.ts';

/** One request as the API server noted it. */
export interface AuditedRequest {
  /** Who logged in. */
  readonly user: string;
  /** Whom it stood for; absent where for itself. */
  readonly actsAs?: string;
  readonly verb: string;
  readonly group: string;
  /** With a subresource after a slash; empty for a path. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** True where authorization refused it; what admission refuses was authorized. */
  readonly isDenied: boolean;
}

/** One thing that an account may do, and the role that says so. */
export interface Grant extends AccessRequest {
  readonly role: string;
}

/** Reads the audit log of a sandbox; a line that is still being written is left out. */
export function readAuditLog(path: string): AuditedRequest[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => formatRequest(JSON.parse(line) as JsonObject));
}

function formatRequest(event: JsonObject): AuditedRequest {
  const at = (value: unknown, name: string): string => {
    const found = isJsonObject(value as JsonObject) ? (value as JsonObject)[name] : undefined;
    return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
  };
  const place = event['objectRef'];
  const subresource = at(place, 'subresource');
  const actsAs = at(event['impersonatedUser'], 'username');
  return {
    user: at(event['user'], 'username'),
    ...(actsAs === '' ? {} : { actsAs }),
    verb: at(event, 'verb'),
    group: at(place, 'apiGroup'),
    resource: `${at(place, 'resource')}${subresource === '' ? '' : `/${subresource}`}`,
    namespace: at(place, 'namespace'),
    name: at(place, 'name'),
    path: at(event, 'requestURI').split('?')[0] ?? '',
    status: Number(at(event['responseStatus'], 'code')),
    isDenied: at(event['annotations'], 'authorization.k8s.io/decision') === 'forbid',
  };
}

/** Collects what the roles that are bound to a ServiceAccount grant, one verb and resource each. */
export async function readGrants(kube: KubeClient, account: { namespace: string; name: string }): Promise<Grant[]> {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const grants: Grant[] = [];
  for (const kind of ['ClusterRoleBinding', 'RoleBinding']) {
    for (const binding of (await kube.list({ apiVersion, kind })).items) {
      const subjects = binding['subjects'];
      const isBound = (Array.isArray(subjects) ? subjects : []).some(
        (subject) => isJsonObject(subject) && subject['name'] === account.name && subject['namespace'] === account.namespace,
      );
      const roleRef = binding['roleRef'];
      if (!isBound || !isJsonObject(roleRef)) continue;
      const { namespace } = binding.metadata;
      const name = String(roleRef['name']);
      const place = roleRef['kind'] === 'Role' && namespace !== undefined ? { namespace } : {};
      const role = await kube.get({ apiVersion, kind: String(roleRef['kind']), name, ...place });
      if (role === undefined) throw new Error(`${kind} ${binding.metadata.name} binds ${name}, which is not there`);
      for (const access of listRuleAccess(rulesOfRole(role), namespace)) grants.push({ ...access, role: `${role.kind}/${name}` });
    }
  }
  return grants;
}

/** True where a request needed what is granted. An apply of what was not there is a patch that needs `create` as well. */
export function uses(request: AuditedRequest, grant: Grant, user: string): boolean {
  if (request.user !== user || request.isDenied) return false;
  if (grant.verb === 'impersonate') {
    return request.actsAs === `system:serviceaccount:${grant.namespace}:${grant.name}`;
  }
  // What is done in the name of another is granted to that one.
  if (request.actsAs !== undefined) return false;
  if (grant.path !== undefined) return request.verb === grant.verb && request.path === grant.path;
  const isCreated = grant.verb === 'create' && request.verb === 'patch' && request.status === 201;
  return (
    (request.verb === grant.verb || isCreated) &&
    request.group === grant.group &&
    request.resource === grant.resource &&
    (grant.namespace === undefined || grant.namespace === request.namespace) &&
    (grant.name === undefined || grant.name === request.name)
  );
}

/** Writes a grant in one line. */
export function formatGrant({ role, verb, group, resource, namespace, name, path }: Grant): string {
  const what = path ?? `${resource}${group === '' ? '' : `.${group}`}${name === undefined ? '' : `/${name}`}`;
  return `${role}: ${verb} ${what}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

/** Writes a request in one line. */
export function formatRequestLine({ user, actsAs, verb, path, status }: AuditedRequest): string {
  return `${actsAs === undefined ? user : `${user} as ${actsAs}`}: ${verb} ${path} ${status}`;
}
