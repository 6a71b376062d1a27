import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import { SILENT } from '../../../../../src/lib/core/progress.ts';
import { downloadBinaries } from '../../../../../src/lib/engine/controlplane/download-binaries.ts';
import { ENVTEST_INDEX_URL } from '../../../../../src/lib/engine/controlplane/envtest-index.ts';
import type { BinaryName } from '../../../../../src/lib/engine/controlplane/find-binaries.ts';
import { httpsDownload } from '../../../../../src/lib/engine/controlplane/open-download.ts';
import { makeTar } from '../../../../support/make-tar.ts';
import { testHost } from '../../../../support/test-host.ts';

const root = mkdtempSync(join(tmpdir(), 'flux-ts-download-'));
after(() => rmSync(root, { recursive: true, force: true }));

const version = 'v1.36.3';
const archiveUrl = `https://github.com/kubernetes-sigs/controller-tools/releases/download/envtest-${version}/envtest-${version}-linux-amd64.tar.gz`;
const managerUrl = `https://dl.k8s.io/release/${version}/bin/linux/amd64/kube-controller-manager`;
const archive = gzipSync(
  makeTar([
    { name: 'controller-tools/envtest/etcd', content: Buffer.from('etcd program') },
    { name: 'controller-tools/envtest/kube-apiserver', content: Buffer.from('apiserver program') },
    { name: 'controller-tools/envtest/kubectl', content: Buffer.from('kubectl program') },
  ]),
);
const sha512 = (bytes: Uint8Array | string) => createHash('sha512').update(bytes).digest('hex');

function index(hash: string): string {
  return `releases:\n  ${version}:\n    envtest-${version}-linux-amd64.tar.gz:\n      hash: ${hash}\n      selfLink: ${archiveUrl}\n`;
}

const published: Readonly<Record<string, string | Uint8Array>> = {
  [ENVTEST_INDEX_URL]: index(sha512(archive)),
  [archiveUrl]: archive,
  [managerUrl]: 'manager program',
  [`${managerUrl}.sha512`]: sha512('manager program'),
};

function download(names: BinaryName[], changes: Record<string, string | Uint8Array> = {}, platform = 'linux') {
  const targetDir = mkdtempSync(join(root, 'run-'));
  const content = { ...published, ...changes };
  const open = async (url: string) => {
    const found = content[url];
    if (found === undefined) throw new FluxError('controlplane/download-failed', `${url} answers with status 404`);
    return Readable.from([Buffer.from(found)]);
  };
  const done = downloadBinaries(names, testHost({ platform }), { version, targetDir, open, progress: SILENT });
  return { targetDir, done };
}

describe('downloadBinaries()', () => {
  it('takes what was asked for out of the archive, and the controller manager from the release', async () => {
    const { targetDir, done } = download(['etcd', 'kube-apiserver', 'kube-controller-manager']);
    assert.deepEqual(await done, ['etcd', 'kube-apiserver', 'kube-controller-manager']);
    assert.deepEqual(readdirSync(targetDir).sort(), ['etcd', 'kube-apiserver', 'kube-controller-manager']);
    assert.equal(readFileSync(join(targetDir, 'etcd'), 'utf8'), 'etcd program');
    assert.equal(readFileSync(join(targetDir, 'kube-controller-manager'), 'utf8'), 'manager program');
    for (const name of readdirSync(targetDir)) assert.equal(statSync(join(targetDir, name)).mode & 0o111, 0o111);
  });

  it('leaves nothing of an archive that is not the published one: controlplane/digest-mismatch', async () => {
    const { targetDir, done } = download(['etcd'], { [ENVTEST_INDEX_URL]: index('0'.repeat(128)) });
    await assert.rejects(done, { code: 'controlplane/digest-mismatch' });
    assert.deepEqual(readdirSync(targetDir), []);
  });

  it('leaves nothing of a program that is not the published one: controlplane/digest-mismatch', async () => {
    const { targetDir, done } = download(['kube-controller-manager'], { [managerUrl]: 'something else' });
    await assert.rejects(done, { code: 'controlplane/digest-mismatch' });
    assert.deepEqual(readdirSync(targetDir), []);
  });

  it('says what is not published: controlplane/no-release', async () => {
    await assert.rejects(download(['etcd'], {}, 'darwin').done, { code: 'controlplane/no-release' });
    await assert.rejects(download(['kube-controller-manager'], {}, 'darwin').done, { code: 'controlplane/no-release' });
  });

  it('says what can not be reached: controlplane/download-failed', async () => {
    const { targetDir, done } = download(['kube-controller-manager'], { [`${managerUrl}.sha512`]: '404 page' });
    await assert.rejects(done, { code: 'controlplane/bad-index' });
    assert.deepEqual(readdirSync(targetDir), []);
  });
});

describe('httpsDownload()', () => {
  it('loads over https only: controlplane/download-failed', async () => {
    await assert.rejects(httpsDownload(testHost())('http://127.0.0.1/x'), {
      code: 'controlplane/download-failed',
      message: 'refused to load http://127.0.0.1/x: not https',
    });
  });
});
