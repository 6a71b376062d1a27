import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { selectComponent } from '../../../../../src/lib/engine/controlplane/find-strays.ts';

describe('selectComponent()', () => {
  it('knows a component by its program and its folder', () => {
    assert.equal(selectComponent(['/cache/etcd', '--name=x', '--data-dir=/state/demo/etcd'], '/state/demo'), 'etcd');
    const apiserver = ['/any/kube-apiserver', '--client-ca-file=/state/demo/certs/ca.crt'];
    assert.equal(selectComponent(apiserver, '/state/demo'), 'kube-apiserver');
  });

  it('knows it too where the arguments are one text', () => {
    assert.equal(selectComponent(['etcd', '--name=x --data-dir=/state/demo/etcd'], '/state/demo'), 'etcd');
  });

  it('leaves other folders and other programs alone', () => {
    assert.equal(selectComponent(['etcd', '--data-dir=/state/demo2/etcd'], '/state/demo'), undefined);
    assert.equal(selectComponent(['etcd', '--data-dir=/other/state/demo/etcd'], '/state/demo'), undefined);
    assert.equal(selectComponent(['vim', '--file=/state/demo/etcd.log'], '/state/demo'), undefined);
    assert.equal(selectComponent([], '/state/demo'), undefined);
  });
});
