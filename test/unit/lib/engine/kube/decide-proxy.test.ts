import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideProxy } from '../../../../../src/lib/engine/kube/decide-proxy.ts';

const PROXY = { HTTPS_PROXY: 'http://proxy:3128' };

test('decideProxy() takes the cluster’s own proxy before the environment’s', () => {
  assert.equal(decideProxy('https://k:6443', 'socks5://own:1080', { ...PROXY, NO_PROXY: '*' }), 'socks5://own:1080');
});

test('decideProxy() reads the variable of the scheme, in capitals or not, with or without a scheme', () => {
  assert.equal(decideProxy('https://k:6443', undefined, PROXY), 'http://proxy:3128');
  assert.equal(decideProxy('https://k', undefined, { https_proxy: 'proxy:1' }), 'http://proxy:1');
  assert.equal(decideProxy('http://k', undefined, PROXY), undefined);
  assert.equal(decideProxy('http://k', undefined, { HTTP_PROXY: 'http://p' }), 'http://p');
});

test('decideProxy() never sends loopback addresses to the environment’s proxy', () => {
  for (const server of ['https://localhost:6443', 'https://127.0.0.1:6443', 'https://127.9.9.9', 'https://[::1]:6443']) {
    assert.equal(decideProxy(server, undefined, PROXY), undefined, server);
  }
});

test('decideProxy() heeds NO_PROXY: names, domains, addresses, ranges, ports, everything', () => {
  const cases: [server: string, exceptions: string, direct: boolean][] = [
    ['https://kube.example.org', 'example.org', true],
    ['https://example.org', 'example.org', true],
    ['https://badexample.org', 'example.org', false],
    ['https://kube.example.org', '.example.org', true],
    ['https://example.org', '.example.org', false],
    ['https://kube.example.org', '*.example.org', true],
    ['https://10.1.2.3:6443', '10.0.0.0/8', true],
    ['https://11.1.2.3:6443', '10.0.0.0/8', false],
    ['https://10.1.2.3:6443', '10.1.2.3:443', false],
    ['https://10.1.2.3:6443', 'x, 10.1.2.3:6443', true],
    ['https://[fd00::5]:6443', 'fd00::/8', true],
    ['https://[fd00::5]:6443', '[fd00::5]', true],
    ['https://anything', '*', true],
    ['https://kube', '', false],
  ];
  for (const [server, exceptions, direct] of cases) {
    const proxy = decideProxy(server, undefined, { ...PROXY, NO_PROXY: exceptions });
    assert.equal(proxy === undefined, direct, `${server} with NO_PROXY=${exceptions}`);
  }
});
