import { type AccountRef, formatAccount } from '../../core/account-name.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { readHeldRules } from './held-rules.ts';
import type { AccessAnswer, AccessRequest, AccessReviewer } from './types.ts';

/** What this part needs of a cluster; a kube client has it. */
export interface ReviewClient {
  request(request: { readonly method: 'POST'; readonly path: string; readonly body: JsonValue }): Promise<JsonValue>;
}

/**
 * Makes a reviewer that asks as the client itself (impersonated or not); everyone who is logged in may ask that.
 */
export function selfReviewer(client: ReviewClient): AccessReviewer {
  return {
    review: (request) => review(client, 'SelfSubjectAccessReview', request, {}),
    listRules: (namespace) => readHeldRules(client, namespace),
  };
}

/**
 * Makes a reviewer that asks about a ServiceAccount; the client needs `create` on `subjectaccessreviews`.
 */
export function serviceAccountReviewer(client: ReviewClient, account: AccountRef): AccessReviewer {
  const { namespace } = account;
  const subject = {
    user: formatAccount(account),
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
  return { review: (request) => review(client, 'SubjectAccessReview', request, subject) };
}

async function review(
  client: ReviewClient,
  kind: 'SelfSubjectAccessReview' | 'SubjectAccessReview',
  request: AccessRequest,
  subject: JsonObject,
): Promise<AccessAnswer> {
  // A review has no name, neither sent nor answered, so it is no object to a client.
  const answer = await client.request({
    method: 'POST',
    path: `/apis/authorization.k8s.io/v1/${kind.toLowerCase()}s`,
    body: { apiVersion: 'authorization.k8s.io/v1', kind, metadata: {}, spec: { ...subject, ...formatAttributes(request) } },
  });
  const status = isJsonObject(answer) && isJsonObject(answer['status']) ? answer['status'] : {};
  return { allowed: status['allowed'] === true, reason: typeof status['reason'] === 'string' ? status['reason'] : '' };
}

/** The request as a review's `spec` has it. */
export function formatAttributes(request: AccessRequest): JsonObject {
  const { verb, group, namespace, name, path } = request;
  if (path !== undefined) return { nonResourceAttributes: { path, verb } };
  const [resource = '', subresource] = request.resource.split('/', 2);
  return {
    resourceAttributes: {
      verb,
      group,
      resource,
      ...(subresource === undefined ? {} : { subresource }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
    },
  };
}
