import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { SILENT } from '../../../../../src/lib/core/progress.ts';
import { packFile, packFolder } from '../../../../../src/lib/engine/artifact/index.ts';
import type { Registry } from '../../../../../src/lib/engine/oci/index.ts';
import { type ArtifactWorld, diffArtifact, pullArtifact } from '../../../../../src/lib/features/artifact/index.ts';

const HEX = (digit: string): string => `sha256:${digit.repeat(64)}`;
const CHOICE = { creds: '', provider: 'generic', insecure: false } as const;

/** A world with these manifests, by tag or digest, and one folder. */
function world(manifests: Record<string, object>, blob: string): ArtifactWorld {
  const registry: Partial<Registry> = {
    getManifest: (_repository, name) =>
      Promise.resolve({ digest: HEX('d'), mediaType: 'x', bytes: Buffer.from(JSON.stringify(manifests[name])) }),
    getBlob: () => Promise.resolve(Buffer.from(blob)),
  };
  return {
    files: {
      stat: () => Promise.resolve('directory'),
      pack: () => Promise.resolve(packFile('a', Buffer.from('a'), 0o644)),
      packText: () => Promise.reject(new Error('no text')),
      unpack: () => Promise.reject(new Error('nothing is to be written')),
      write: () => Promise.reject(new Error('nothing is to be written')),
      readStdin: () => Promise.resolve(''),
    },
    openRegistry: () => Promise.resolve(registry as Registry),
    progress: SILENT,
    now: () => new Date(0),
  };
}
const layer = { mediaType: 'text/plain', digest: HEX('1'), size: 3 };
const pull = (manifests: Record<string, object>, blob = 'raw') =>
  pullArtifact({ ...CHOICE, url: 'oci://r.io/app:v1', output: 'out' }, world(manifests, blob));

test('pullArtifact() refuses images that are no artifacts, before it writes', async () => {
  await assert.rejects(pull({ v1: { layers: [] } }), { code: 'artifact/no-layer', message: /has no layers/ });
  await assert.rejects(pull({ v1: { layers: [layer] } }), { code: 'artifact/no-layer', message: /text\/plain/ });
  const image = (os: string) => ({ ...layer, digest: HEX('2'), platform: { os, architecture: 'amd64' } });
  const two = { v1: { manifests: [image('plan9'), image('windows')] } };
  await assert.rejects(pull(two), { code: 'artifact/no-layer', message: /without an image for linux\/amd64/ });
});

test('diffArtifact() takes the image of an index that controllers would', async () => {
  const packed = await packFile('a', Buffer.from('a'), 0o644);
  const manifests = {
    v1: { manifests: [{ ...layer, digest: HEX('2'), platform: { os: 'linux', architecture: 'amd64' } }] },
    [HEX('2')]: { layers: [{ ...layer, digest: packed.digest }] },
  };
  const diff = await diffArtifact({ ...CHOICE, url: 'oci://r.io/app:v1', path: 'x', ignorePaths: [] }, world(manifests, ''));
  assert.deepEqual(diff.changes, []);
});

test('packFolder() tells of a file that is shorter than it says', async (t) => {
  // Files of sysfs say 4096 bytes and have fewer.
  const folder = '/sys/kernel/mm/transparent_hugepage';
  if (!existsSync(folder)) return t.skip('needs a Linux with sysfs');
  const excludes = (path: string): boolean => path !== 'enabled';
  await assert.rejects(packFolder(folder, { excludes }), { code: 'artifact/changed' });
});
