import { isJsonObject, type JsonValue } from '../../core/json.ts';
import type { ReviewClient } from './reviewers.ts';
import type { AccessRequest, HeldRules } from './types.ts';

/** A rule with its names as a set: a role of a large repository has thousands. */
interface Rule {
  readonly verbs: readonly string[];
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly names: ReadonlySet<string>;
}

/**
 * Asks for all rules that the client itself holds in a namespace, in one request.
 *
 * Effects: reads the cluster (a review stores nothing)
 * Source: k8s.io/api authorization/v1 SelfSubjectRulesReview
 *
 * @returns `undefined` where the list is not the whole truth: the server has an authorizer that cannot be listed
 */
export async function readHeldRules(client: ReviewClient, namespace: string): Promise<HeldRules | undefined> {
  const answer = await client.request({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
    body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', metadata: {}, spec: { namespace } },
  });
  const status = isJsonObject(answer) && isJsonObject(answer['status']) ? answer['status'] : {};
  if (status['incomplete'] !== false || !Array.isArray(status['resourceRules'])) return undefined;
  const rules = status['resourceRules'].filter(isJsonObject).map((rule): Rule => {
    const texts = (field: string): readonly string[] => textsIn(rule[field]);
    return {
      verbs: texts('verbs'),
      groups: texts('apiGroups'),
      resources: texts('resources'),
      names: new Set(texts('resourceNames')),
    };
  });
  return { allows: (request) => rules.some((rule) => fits(rule, request)) };
}

/** As the API server's own RBAC authorizer decides. */
function fits({ verbs, groups, resources, names }: Rule, { verb, group, resource, name }: AccessRequest): boolean {
  const has = (list: readonly string[], wanted: string): boolean => list.includes('*') || list.includes(wanted);
  if (!has(verbs, verb) || !has(groups, group)) return false;
  const [, subresource] = resource.split('/', 2);
  if (!has(resources, resource) && !(subresource !== undefined && resources.includes(`*/${subresource}`))) return false;
  return names.size === 0 || (name !== undefined && names.has(name));
}

function textsIn(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
