import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { extractTar } from '../../../../../src/lib/engine/controlplane/extract-tar.ts';
import { makeTar } from '../../../../support/make-tar.ts';

const dir = mkdtempSync(join(tmpdir(), 'flux-ts-tar-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const program = Buffer.from('x'.repeat(1500));
const tar = makeTar([
  { name: 'controller-tools/envtest/', type: '5' },
  { name: 'controller-tools/envtest/etcd', content: program },
  { name: 'controller-tools/envtest/empty' },
  { name: '../../kubectl', content: Buffer.from('escaped') },
  { name: 'controller-tools/envtest/kube-apiserver', content: Buffer.from('last') },
]);

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

const wanted = (name: string) => (/etcd$|kube-apiserver$|empty$/.test(name) ? join(dir, basename(name)) : undefined);

describe('extractTar()', () => {
  for (const size of [7, 512, 700, 1 << 20]) {
    it(`writes just the wanted files, from pieces of ${size} bytes`, async () => {
      const names = await extractTar(inPieces(tar, size), wanted);
      assert.deepEqual(
        names.map((name) => basename(name)),
        ['etcd', 'empty', 'kube-apiserver'],
      );
      assert.deepEqual(readFileSync(join(dir, 'etcd')), program);
      assert.equal(readFileSync(join(dir, 'kube-apiserver'), 'utf8'), 'last');
      assert.equal(statSync(join(dir, 'empty')).size, 0);
      assert.equal(statSync(join(dir, 'etcd')).mode & 0o111, 0o111);
    });
  }

  it('takes a link for no file, whatever its name', async () => {
    const links = makeTar([{ name: 'etcd', type: '2' }]);
    assert.deepEqual(await extractTar(inPieces(links, 512), wanted), []);
  });

  it('refuses what is cut off or no tar: controlplane/bad-archive', async () => {
    await assert.rejects(extractTar(inPieces(tar.subarray(0, 1600), 512), wanted), { code: 'controlplane/bad-archive' });
    await assert.rejects(extractTar(inPieces(Buffer.alloc(2048, 'a'), 512), wanted), { code: 'controlplane/bad-archive' });
  });
});
