import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { load } from 'js-yaml';
import { formatKubeconfig } from '../../../../../src/lib/engine/controlplane/kubeconfig.ts';

describe('formatKubeconfig()', () => {
  it('holds one cluster, one user with a certificate, and their context', () => {
    const text = formatKubeconfig({
      name: 'demo',
      server: 'https://127.0.0.1:23456',
      authority: 'CA',
      user: 'admin',
      certificate: 'CERT',
      key: 'KEY',
    });
    assert.deepEqual(load(text), {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'demo', cluster: { 'certificate-authority-data': 'Q0E=', server: 'https://127.0.0.1:23456' } }],
      contexts: [{ name: 'demo', context: { cluster: 'demo', user: 'admin@demo' } }],
      'current-context': 'demo',
      users: [{ name: 'admin@demo', user: { 'client-certificate-data': 'Q0VSVA==', 'client-key-data': 'S0VZ' } }],
    });
  });
});
