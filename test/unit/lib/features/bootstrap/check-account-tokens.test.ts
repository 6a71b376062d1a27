import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { checkAccountTokens } from '../../../../../src/lib/features/bootstrap/check-account-tokens.ts';
import { type BootstrapOptions, DEFAULT_BOOTSTRAP_OPTIONS } from '../../../../../src/lib/features/bootstrap/options.ts';
import { makeWorld } from './scripted-world.ts';

const NARROW = {
  ...DEFAULT_BOOTSTRAP_OPTIONS,
  url: 'https://dev.azure.com/o/p/_git/r',
  provider: 'azure',
  rbac: 'least-privilege',
  sourceAccount: 'puller',
} as const;

test('checkAccountTokens() asks whether source-controller may mint the token that it will need', async () => {
  const asked: unknown[] = [];
  const check = async (options: BootstrapOptions, allowed: boolean, drives = false): Promise<void> => {
    const { world } = makeWorld({ objects: [] });
    const request = async (given: { body: unknown }) => {
      asked.push((given.body as { spec: unknown }).spec);
      return { status: { allowed } };
    };
    const kube = { ...world.kube, request } as unknown as typeof world.kube;
    await checkAccountTokens(options, { ...world, kube, ...(drives ? { drive: async () => {} } : {}) });
  };
  await check({ ...NARROW, rbac: 'standard' }, false);
  await check({ ...NARROW, sourceAccount: '' }, false);
  await check({ ...NARROW, provider: '', url: 'https://h/r', multiTenant: true }, false);
  await check(NARROW, false, true);
  assert.deepEqual(asked, []);
  await check(NARROW, true);
  assert.deepEqual(asked, [
    {
      user: 'system:serviceaccount:flux-system:source-controller',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:flux-system', 'system:authenticated'],
      resourceAttributes: {
        verb: 'create',
        group: '',
        resource: 'serviceaccounts',
        subresource: 'token',
        namespace: 'flux-system',
        name: 'puller',
      },
    },
  ]);
  await assert.rejects(check(NARROW, false), (error) => {
    assert.ok(isFluxError(error, 'bootstrap/no-account-tokens'));
    assert.match(error.hint ?? '', /create role source-account-tokens .*--resource-name=puller;/);
    return true;
  });
  await assert.rejects(
    check({ ...NARROW, sourceAccount: '', multiTenant: true }, false),
    /as flux-system\/source-controller needs one/,
  );
});
