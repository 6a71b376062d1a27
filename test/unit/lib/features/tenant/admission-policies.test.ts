import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readList, readPath, readText } from '../../../../../src/lib/core/read-object.ts';
import { makeAdmissionPolicies } from '../../../../../src/lib/features/tenant/admission-policies.ts';

const OPTIONS = {
  tenant: 'dev-team',
  namespaces: ['front', 'back'],
  account: 'robot',
  labels: { 'toolkit.fluxcd.io/tenant': 'dev-team' },
  requireVerification: false,
};
const messages = (options = OPTIONS): string[] =>
  makeAdmissionPolicies(options).flatMap((object) =>
    readList(object, 'spec', 'validations').map((one) => readText(one, 'message')),
  );

describe('makeAdmissionPolicies()', () => {
  test('makes two policies, each with a binding of its name that denies', () => {
    const objects = makeAdmissionPolicies(OPTIONS);
    assert.deepEqual(
      objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`),
      [
        'ValidatingAdmissionPolicy/flux-tenant-dev-team',
        'ValidatingAdmissionPolicyBinding/flux-tenant-dev-team',
        'ValidatingAdmissionPolicy/flux-tenant-dev-team-bounds',
        'ValidatingAdmissionPolicyBinding/flux-tenant-dev-team-bounds',
      ],
    );
    for (const binding of objects.filter(({ kind }) => kind.endsWith('Binding'))) {
      assert.equal(readText(binding, 'spec', 'policyName'), binding.metadata.name);
      assert.deepEqual(readPath(binding, 'spec', 'validationActions'), ['Deny']);
      assert.deepEqual(readPath(binding, 'spec', 'matchResources', 'namespaceSelector'), {
        matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['front', 'back'] }],
      });
    }
  });

  test('names the account and the namespaces in what it says', () => {
    assert.ok(messages().includes('spec.serviceAccountName must be robot'));
    assert.ok(messages().some((message) => message.endsWith('namespaces of the tenant: front, back')));
  });

  test('asks for signatures only where it is told to', () => {
    const asked = (requireVerification: boolean): boolean =>
      messages({ ...OPTIONS, requireVerification }).some((message) => message.includes('spec.verify'));
    assert.deepEqual([asked(false), asked(true)], [false, true]);
  });

  test('fails closed', () => {
    for (const policy of makeAdmissionPolicies(OPTIONS).filter(({ kind }) => kind === 'ValidatingAdmissionPolicy'))
      assert.equal(readText(policy, 'spec', 'failurePolicy'), 'Fail');
  });
});
