import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import { classifyRefusal } from '../../../../../src/lib/features/escape/probe.ts';

const USER = 'User "system:serviceaccount:apps:dev-team"';
const FORBIDDEN = 'kustomizations.kustomize.toolkit.fluxcd.io "x" is forbidden';

/** What API servers answer, and who refused. */
const CASES: readonly (readonly [code: `${string}/${string}`, message: string, kind: string, guard: string])[] = [
  [
    'kube/invalid',
    `${FORBIDDEN}: ValidatingAdmissionPolicy 'flux-tenant-a' with binding 'flux-tenant-a' denied request: spec.serviceAccountName must be a`,
    'refused',
    'admission policy flux-tenant-a',
  ],
  [
    'kube/forbidden',
    `${FORBIDDEN}: ${USER} cannot create resource "kustomizations" in API group "kustomize.toolkit.fluxcd.io" in the namespace "flux-system"`,
    'refused',
    'Role (denied: create kustomizations in flux-system)',
  ],
  [
    'kube/forbidden',
    `clusterroles.rbac.authorization.k8s.io is forbidden: ${USER} cannot create resource "clusterroles" in API group "rbac.authorization.k8s.io" at the cluster scope`,
    'refused',
    'Role (denied: create clusterroles in the cluster)',
  ],
  [
    'kube/forbidden',
    'pods "x" is forbidden: violates PodSecurity "restricted:latest": privileged',
    'refused',
    'Pod Security restricted',
  ],
  [
    'kube/server-error',
    'admission webhook "policy.kyverno.svc" denied the request: no',
    'refused',
    'admission webhook policy.kyverno.svc',
  ],
  ['kube/forbidden', 'pods "x" is forbidden: exceeded quota: dev-team', 'unclear', ''],
  [
    'kube/forbidden',
    'serviceaccounts "dev-team" is forbidden: User "me" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "apps"',
    'unclear',
    '',
  ],
  ['kube/unknown-kind', 'no such kind', 'unserved', ''],
  ['kube/invalid', 'spec.url: Required value', 'unclear', ''],
];

describe('classifyRefusal()', () => {
  for (const [code, message, kind, guard] of CASES)
    test(`reads ${kind}${guard === '' ? '' : ` by ${guard}`} out of: ${message.slice(0, 60)}…`, () => {
      const outcome = classifyRefusal(new FluxError(code, message));
      assert.equal(outcome.kind, kind);
      if (outcome.kind === 'refused') assert.equal(outcome.guard, guard);
    });

  test('passes a mistake of ours on', () => assert.throws(() => classifyRefusal(new TypeError('x')), TypeError));
});
