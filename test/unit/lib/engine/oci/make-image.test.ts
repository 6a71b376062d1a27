import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeImage, MEDIA_TYPE, readManifest } from '../../../../../src/lib/engine/oci/index.ts';

const LAYER = { digest: `sha256:${'1'.repeat(64)}`, sizeBytes: 7 };
const CREATED = 'org.opencontainers.image.created';

test('makeImage() writes one configuration for all, that of flux, and sorts annotations', () => {
  const image = makeImage({ layer: LAYER, annotations: { z: '<a&b>', [CREATED]: '1970-01-01T00:00:00Z', a: '1' } });
  assert.equal(image.config.digest, 'sha256:5b943e2b943f6c81dbbd4e2eca5121f4fcc39139e3d1219d6d89bd925b77d9fe');
  assert.equal(image.config.size, 115);
  const text = Buffer.from(image.manifest.bytes).toString('utf8');
  assert.match(
    text,
    /"annotations":\{"a":"1","org\.opencontainers\.image\.created":"1970-01-01T00:00:00Z","z":"\\u003ca\\u0026b\\u003e"\}\}$/,
  );
  const read = readManifest({ bytes: image.manifest.bytes, digest: image.manifest.digest });
  assert.deepEqual(read.layers, [{ mediaType: MEDIA_TYPE.content, digest: LAYER.digest, size: 7 }]);
  assert.equal(read.annotations['z'], '<a&b>');
});

test('makeImage() refuses a time that is none', () => {
  for (const time of ['', 'now', '2026-01-01', '2026-13-01T00:00:00Z']) {
    assert.throws(() => makeImage({ layer: LAYER, annotations: { [CREATED]: time } }), { code: 'oci/bad-created' }, time);
  }
});

test('readManifest() refuses what names no blobs', () => {
  const read = (text: string) => readManifest({ bytes: Buffer.from(text), digest: 'sha256:x' });
  for (const text of [
    '',
    '[]',
    '{"layers":[{}]}',
    '{"layers":[{"digest":"md5:1","size":1}]}',
    `{"layers":[{"digest":"sha256:${'1'.repeat(64)}","size":-1}]}`,
  ]) {
    assert.throws(() => read(text), { code: 'oci/bad-manifest' }, text);
  }
  assert.deepEqual(Object.keys(read('{"annotations":{"__proto__":"x","n":1}}').annotations), ['__proto__']);
});
