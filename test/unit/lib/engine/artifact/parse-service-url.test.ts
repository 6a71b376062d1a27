import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseServiceUrl } from '../../../../../src/lib/engine/artifact/index.ts';

test('parseServiceUrl() reads what source-controller advertises', () => {
  assert.deepEqual(parseServiceUrl('http://source-controller.flux-system.svc.cluster.local./ocirepository/apps/web/ab.tar.gz'), {
    scheme: 'http',
    name: 'source-controller',
    namespace: 'flux-system',
    port: 80,
    path: '/ocirepository/apps/web/ab.tar.gz',
  });
});

test('parseServiceUrl() takes every domain, none, a port, https and a query', () => {
  const portOf = (url: string) => parseServiceUrl(url)?.port;
  assert.equal(portOf('http://a.b.svc/x'), 80);
  assert.equal(portOf('http://a.b.svc.example.org/x'), 80);
  assert.equal(portOf('http://a.b.svc.cluster.local:9090/x'), 9090);
  assert.equal(portOf('https://a.b.svc/x'), 443);
  assert.equal(parseServiceUrl('http://a.b.svc/x?y=1')?.path, '/x?y=1');
});

test('parseServiceUrl() leads out of no path, and takes no other host', () => {
  assert.equal(parseServiceUrl('http://a.b.svc/../../../api/v1/secrets')?.path, '/api/v1/secrets');
  assert.equal(parseServiceUrl('http://a.b.svc/%2e%2e/%2e%2e/x')?.path, '/x');
  for (const url of [
    'http://127.0.0.1:9090/x',
    'http://example.com/x',
    'http://a.svc/x',
    'http://a.b.svcs/x',
    'http://a.b.c.svc/x',
    'ftp://a.b.svc/x',
    'http://user@a.b.svc/x',
    'no url',
  ]) {
    assert.equal(parseServiceUrl(url), undefined, url);
  }
});
