import { isFluxError, messageOf } from '../../core/errors.ts';
import type { JsonValue } from '../../core/json.ts';
import type { K8sObject, ObjectRef } from '../../core/objects.ts';
import type { EscapeCluster } from './types.ts';

/** What the API server made of a write that was only tried. */
export type Outcome =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'refused'; readonly guard: string }
  /** The server has no such kind. */
  | { readonly kind: 'unserved' }
  /** It was refused for a reason that says nothing about the attack. */
  | { readonly kind: 'unclear'; readonly why: string };

/** Tries to create an object. */
export async function tryCreate(kube: EscapeCluster, object: K8sObject): Promise<Outcome> {
  return await attempt(() => kube.create(object, { dryRun: true, fieldManager: 'flux-ts-check' }));
}

/** Tries to change an object that is there. */
export async function tryPatch(kube: EscapeCluster, ref: ObjectRef, patch: JsonValue): Promise<Outcome> {
  return await attempt(() => kube.patch(ref, patch, { type: 'merge', dryRun: true }));
}

/** Tries to delete an object that is there. */
export async function tryDelete(kube: EscapeCluster, ref: ObjectRef): Promise<Outcome> {
  return await attempt(() => kube.delete(ref, { dryRun: true }));
}

async function attempt(write: () => Promise<unknown>): Promise<Outcome> {
  try {
    await write();
    return { kind: 'admitted' };
  } catch (error) {
    return classifyRefusal(error);
  }
}

/**
 * Reads out of the API server's answer who refused a write.
 *
 * Only the server's own sentences tell a role from a policy: both answer with the same status.
 *
 * Effects: none
 * Source: kubernetes/kubernetes staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/validating/dispatcher.go,
 * pkg/endpoints/handlers/responsewriters/errors.go
 */
export function classifyRefusal(error: unknown): Outcome {
  if (!isFluxError(error)) throw error;
  const message = messageOf(error);
  if (isFluxError(error, 'kube/unknown-kind')) return { kind: 'unserved' };
  const policy = /ValidatingAdmissionPolicy '([^']+)' with binding/.exec(message)?.[1];
  if (policy !== undefined) return { kind: 'refused', guard: `admission policy ${policy}` };
  const webhook = /admission webhook "([^"]+)" denied/.exec(message)?.[1];
  if (webhook !== undefined) return { kind: 'refused', guard: `admission webhook ${webhook}` };
  const level = /violates PodSecurity "([^":]+)/.exec(message)?.[1];
  if (level !== undefined) return { kind: 'refused', guard: `Pod Security ${level}` };
  if (isFluxError(error, 'kube/forbidden')) {
    if (/cannot impersonate resource/.test(message)) return { kind: 'unclear', why: 'the caller may not act as the tenant' };
    if (/(exceeded|failed) quota/.test(message))
      return { kind: 'unclear', why: 'the quota is used up, so that nothing can be tried' };
    const denied = /cannot (\S+) resource "([^"]+)".*?(?:in the namespace "([^"]+)"|at the cluster scope)/.exec(message);
    if (denied !== null) {
      const [, verb, resource, namespace] = denied;
      return {
        kind: 'refused',
        guard: `Role (denied: ${verb} ${resource}${namespace === undefined ? ' in the cluster' : ` in ${namespace}`})`,
      };
    }
    return { kind: 'refused', guard: message };
  }
  return { kind: 'unclear', why: message };
}
