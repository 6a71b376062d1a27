import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatSearch } from '../../../../../src/lib/features/sandbox/sandbox-up.ts';
import { formatAge, SANDBOX_LIST_VIEW } from '../../../../../src/lib/features/sandbox/views.ts';

describe('SANDBOX_LIST_VIEW', () => {
  it('shows name, status, server, version and age', () => {
    const row = {
      name: 'demo',
      status: 'ready',
      server: 'https://127.0.0.1:20001',
      kubernetesVersion: 'v1.36.3',
      createdAt: '2026-03-01T11:00:00Z',
      ageSeconds: 200,
    } as const;
    assert.deepEqual(
      SANDBOX_LIST_VIEW.map(({ title, value }) => [title, value(row), value({ name: 'x', status: 'damaged' })]),
      [
        ['NAME', 'demo', 'x'],
        ['STATUS', 'ready', 'damaged'],
        ['SERVER', 'https://127.0.0.1:20001', ''],
        ['VERSION', 'v1.36.3', ''],
        ['AGE', '3m', ''],
      ],
    );
  });
});

describe('formatAge()', () => {
  it('takes the largest unit', () => {
    assert.deepEqual([0, 59, 60, 3_599, 7_300, 86_400, 9_999_999].map(formatAge), ['0s', '59s', '1m', '59m', '2h', '1d', '115d']);
  });
});

describe('formatSearch()', () => {
  it('says where programs came from and why not from elsewhere', () => {
    const result = {
      paths: {},
      used: [{ place: 'cache /c', names: ['etcd', 'kube-apiserver'] as const }],
      passed: [{ place: 'KUBEBUILDER_ASSETS', reason: 'not set' }],
    };
    assert.deepEqual(formatSearch(result), ['etcd, kube-apiserver from cache /c', 'not from KUBEBUILDER_ASSETS: not set']);
  });
});
