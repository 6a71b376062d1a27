import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { parseServer } from '../../../../../src/lib/engine/kube/parse-server.ts';

test('parseServer() chooses the scheme by what is secured, and keeps a path', () => {
  assert.equal(parseServer('10.0.0.1:6443', true).server, 'https://10.0.0.1:6443');
  assert.equal(parseServer('localhost:8080', false).server, 'http://localhost:8080');
  assert.equal(parseServer('https://rancher/k8s/clusters/c-1/', true).server, 'https://rancher/k8s/clusters/c-1');
});

test('parseServer() parts credentials from the address', () => {
  assert.deepEqual(parseServer('https://me:p%40ss@h:1', true), { server: 'https://h:1', username: 'me', password: 'p@ss' });
});

test('parseServer() refuses other addresses without showing their credentials', () => {
  for (const text of ['ftp://me:hunter2@h', 'https://', 'https://me:hunter2@h:port']) {
    assert.throws(
      () => parseServer(text, true),
      (error) => isFluxError(error, 'kube/invalid-kubeconfig') && !error.message.includes('hunter2'),
    );
  }
});
