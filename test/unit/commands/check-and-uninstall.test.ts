import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FluxError } from '../../../src/lib/core/errors.ts';
import type { K8sObject } from '../../../src/lib/core/objects.ts';
import { scriptPorts } from '../lib/features/install/scripted-ports.ts';
import { runCommand } from './run-command.ts';

test('check exits with 1 and prints what it found where something is wrong: install/check-failed', async () => {
  const { ports } = scriptPorts({ objects: [], serverVersion: 'v1.20.0' });
  const output = await runCommand(['check', '--pre', '-o', 'table'], ports);
  assert.equal(output?.error?.code, 'install/check-failed');
  assert.deepEqual(
    output?.view?.rows.map((row) => (row as { message: string }).message),
    ['Kubernetes version v1.20.0 does not match >=1.33.0-0'],
  );
});

test('check has no error where all is well', async () => {
  const { ports } = scriptPorts({ objects: [], serverVersion: 'v1.36.3' });
  const output = await runCommand(['check', '--pre'], ports);
  assert.deepEqual([output?.error, output?.view, output?.text], [undefined, undefined, '']);
});

test('uninstall exits with 1 where something stays: install/uninstall-incomplete', async () => {
  const labels = { 'app.kubernetes.io/part-of': 'flux', 'app.kubernetes.io/instance': 'flux-system' };
  const role: K8sObject = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'flux-edit', labels },
  };
  const { ports } = scriptPorts({
    objects: [role],
    errors: { 'delete ClusterRole/flux-edit': new FluxError('kube/forbidden', 'no') },
  });
  const output = await runCommand(['uninstall', '--silent'], ports);
  assert.equal(output?.error?.code, 'install/uninstall-incomplete');
  assert.match(output?.error?.message ?? '', /^1 object could not be removed$/);
});
