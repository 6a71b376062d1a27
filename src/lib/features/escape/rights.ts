import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { readList } from '../../core/read-object.ts';
import { type AccessRequest, type PolicyRule, selfReviewer, serviceAccountReviewer } from '../../engine/rbac/index.ts';
import type { EscapeCluster } from './types.ts';

/**
 * Lists what somebody may do in a namespace, as the API server sums it up, without what everybody may (asking about oneself).
 *
 * Effects: a rules review, which stores nothing
 */
export async function listRights(kube: EscapeCluster, namespace: string): Promise<PolicyRule[]> {
  const answer = await kube.request({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
    body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', metadata: {}, spec: { namespace } },
  });
  return readList(answer as JsonObject, 'status', 'resourceRules')
    .filter(isJsonObject)
    .map((rule) => rule as PolicyRule)
    .filter(
      (rule) => !(rule.apiGroups ?? []).every((group) => group === 'authorization.k8s.io' || group === 'authentication.k8s.io'),
    );
}

const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection', '*']);

/** The rules that let something be written, or Secrets be read. */
export function harmfulRights(rules: readonly PolicyRule[]): PolicyRule[] {
  return rules.filter(
    ({ verbs, resources = [], apiGroups = [] }) =>
      verbs.some((verb) => WRITES.has(verb)) ||
      (apiGroups.some((group) => group === '' || group === '*') && resources.some((name) => name === 'secrets' || name === '*')),
  );
}

/** A rule in a few words: `create configmaps`. */
export function formatRule({ verbs, resources = [] }: PolicyRule): string {
  const few = (texts: readonly string[]): string => (texts.length <= 2 ? texts.join(', ') : `${texts[0]}, …`);
  return `${verbs.includes('*') ? 'do everything with' : few(verbs)} ${resources.includes('*') ? 'everything' : few(resources)}`;
}

/** The rules of one set that another one does not have, right by right. */
export function exceedingRights(rules: readonly PolicyRule[], held: readonly PolicyRule[]): PolicyRule[] {
  return rules.filter((rule) => {
    const { apiGroups = [], resources = [], verbs, resourceNames = [] } = rule;
    return !apiGroups.every((group) =>
      resources.every((resource) =>
        verbs.every((verb) =>
          held.some(
            (other) =>
              has(other.apiGroups, group) &&
              has(other.resources, resource) &&
              has(other.verbs, verb) &&
              ((other.resourceNames ?? []).length === 0 ||
                (resourceNames.length > 0 && resourceNames.every((name) => other.resourceNames?.includes(name)))),
          ),
        ),
      ),
    );
  });
}

function has(texts: readonly string[] | undefined, text: string): boolean {
  return texts !== undefined && (texts.includes('*') || texts.includes(text));
}

/** Whether somebody may do something, asked as that somebody. */
export async function may(kube: EscapeCluster, request: AccessRequest): Promise<boolean> {
  return (
    await selfReviewer(kube as { request(r: { method: 'POST'; path: string; body: JsonValue }): Promise<JsonValue> }).review(
      request,
    )
  ).allowed;
}

/** Whether an account may do something, asked as the caller. */
export async function accountMay(
  kube: EscapeCluster,
  account: { namespace: string; name: string },
  request: AccessRequest,
): Promise<boolean> {
  return (await serviceAccountReviewer(kube, account).review(request)).allowed;
}

/** `create deployments.apps` → the request that it stands for. */
export function access(verb: string, resource: string, namespace?: string, name?: string): AccessRequest {
  const [plural = '', ...group] = resource.split('.');
  return {
    verb,
    group: group.join('.'),
    resource: plural,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
}
