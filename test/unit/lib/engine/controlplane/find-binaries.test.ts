import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import { SILENT } from '../../../../../src/lib/core/progress.ts';
import {
  type BinaryName,
  findBinaries,
  kubernetesRecipe,
  type Place,
  searchPlaces,
} from '../../../../../src/lib/engine/controlplane/find-binaries.ts';
import { KUBERNETES_VERSION } from '../../../../../src/lib/engine/controlplane/versions.ts';
import { testHost } from '../../../../support/test-host.ts';

const root = mkdtempSync(join(tmpdir(), 'flux-ts-binaries-'));
after(() => rmSync(root, { recursive: true, force: true }));

const NAMES: BinaryName[] = ['etcd', 'kube-apiserver', 'kube-controller-manager'];

function place(title: string, has: BinaryName[], reason?: string): Place & { asked: (readonly BinaryName[])[] } {
  const asked: (readonly BinaryName[])[] = [];
  return {
    title,
    asked,
    async look(wanted) {
      asked.push(wanted);
      const paths = Object.fromEntries(has.map((name) => [name, `/${title}/${name}`]));
      return reason === undefined ? { paths } : { paths, reason };
    },
  };
}

function folderWith(names: BinaryName[]): string {
  const dir = mkdtempSync(join(root, 'dir-'));
  for (const name of names) writeFileSync(join(dir, name), '', { mode: 0o755 });
  return dir;
}

describe('searchPlaces()', () => {
  it('asks no further place once everything is found', async () => {
    const second = place('second', NAMES);
    const result = await searchPlaces(NAMES, [place('first', NAMES), second]);
    assert.deepEqual(second.asked, []);
    assert.deepEqual(result.used, [{ place: 'first', names: NAMES }]);
    assert.deepEqual(result.passed, []);
    assert.deepEqual(result.missing, []);
  });

  it('takes each program from the first place that has it, and says why the earlier ones failed', async () => {
    const assets = place('assets', ['etcd', 'kube-apiserver']);
    const cache = place('cache', [], 'not set');
    const build = place('build', ['kube-controller-manager', 'etcd']);
    const result = await searchPlaces(NAMES, [cache, assets, build]);
    assert.deepEqual(result.paths, {
      etcd: '/assets/etcd',
      'kube-apiserver': '/assets/kube-apiserver',
      'kube-controller-manager': '/build/kube-controller-manager',
    });
    assert.deepEqual(build.asked, [['kube-controller-manager']]);
    assert.deepEqual(result.passed, [
      { place: 'cache', reason: 'not set' },
      { place: 'assets', reason: 'has no kube-controller-manager' },
    ]);
  });
});

describe('findBinaries()', () => {
  const search = (cacheRoot: string) => ({
    names: NAMES,
    version: KUBERNETES_VERSION,
    cacheRoot,
    toolsDir: join(root, 'no-tools'),
    progress: SILENT,
    open: () => Promise.reject(new FluxError('controlplane/download-failed', 'no way out')),
  });

  it('prefers KUBEBUILDER_ASSETS to the cache', async () => {
    const assets = folderWith(['etcd', 'kube-apiserver']);
    const cacheRoot = mkdtempSync(join(root, 'cache-'));
    const cache = join(cacheRoot, KUBERNETES_VERSION);
    mkdirSync(cache);
    for (const name of NAMES) writeFileSync(join(cache, name), '', { mode: 0o755 });
    const result = await findBinaries(search(cacheRoot), testHost({ env: { KUBEBUILDER_ASSETS: assets } }));
    assert.deepEqual(result.paths, {
      etcd: join(assets, 'etcd'),
      'kube-apiserver': join(assets, 'kube-apiserver'),
      'kube-controller-manager': join(cache, 'kube-controller-manager'),
    });
  });

  it('takes neither a folder nor a file that can not be run', async () => {
    const assets = folderWith(['etcd']);
    mkdirSync(join(assets, 'kube-apiserver'));
    writeFileSync(join(assets, 'kube-controller-manager'), '', { mode: 0o644 });
    const host = testHost({ env: { KUBEBUILDER_ASSETS: assets, FLUX_TS_OFFLINE: '1' } });
    await assert.rejects(findBinaries(search(mkdtempSync(join(root, 'cache-'))), host), (error: FluxError) => {
      assert.deepEqual(error.details?.['missing'], ['kube-apiserver', 'kube-controller-manager']);
      return true;
    });
  });

  it('says of every place why it failed: controlplane/no-binaries', async () => {
    const cacheRoot = mkdtempSync(join(root, 'cache-'));
    await assert.rejects(findBinaries(search(cacheRoot), testHost()), (error: FluxError) => {
      assert.equal(error.code, 'controlplane/no-binaries');
      assert.deepEqual(error.details?.['passed'], [
        { place: 'KUBEBUILDER_ASSETS', reason: 'not set' },
        { place: `cache ${join(cacheRoot, KUBERNETES_VERSION)}`, reason: `has no ${NAMES.join(', ')}` },
        { place: 'official download', reason: 'no way out' },
        { place: 'build from source', reason: 'there is no `go` on the PATH' },
      ]);
      return true;
    });
    assert.ok(!existsSync(join(cacheRoot, `${KUBERNETES_VERSION}.lock`)));
  });

  it('does not download with FLUX_TS_OFFLINE', async () => {
    let opened = 0;
    const offline = {
      ...search(mkdtempSync(join(root, 'cache-'))),
      open: () => {
        opened += 1;
        return Promise.reject(new Error('must not be called'));
      },
    };
    await assert.rejects(findBinaries(offline, testHost({ env: { FLUX_TS_OFFLINE: '1' } })), /FLUX_TS_OFFLINE is set/);
    assert.equal(opened, 0);
  });

  it('builds only the version that its modules pin', async () => {
    const other = { ...search(mkdtempSync(join(root, 'cache-'))), version: 'v1.30.0' };
    await assert.rejects(findBinaries(other, testHost()), new RegExp(`pin ${KUBERNETES_VERSION}, not v1.30.0`));
  });
});

describe('kubernetesRecipe()', () => {
  it('builds Kubernetes from its module, stamped, and etcd from its own', () => {
    const apiserver = kubernetesRecipe('kube-apiserver', 'v1.36.3', '/tools', '/cache');
    assert.equal(apiserver.title, 'kube-apiserver v1.36.3');
    assert.equal(apiserver.moduleDir, '/tools/kubernetes');
    assert.equal(apiserver.package, 'k8s.io/kubernetes/cmd/kube-apiserver');
    assert.match(apiserver.linkerFlags, /gitVersion=v1\.36\.3/);
    assert.equal(apiserver.output, '/cache/kube-apiserver');
    const etcd = kubernetesRecipe('etcd', 'v1.36.3', '/tools', '/cache');
    assert.equal(etcd.moduleDir, '/tools/etcd');
    assert.equal(etcd.package, 'go.etcd.io/etcd/server/v3');
  });

  it('refuses a version that is none: controlplane/bad-version', () => {
    assert.throws(() => kubernetesRecipe('etcd', 'latest', '/tools', '/cache'), { code: 'controlplane/bad-version' });
  });
});
