import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectFormat, formatForPath, hasMarker } from '../../../../../src/lib/engine/sops/format-for-path.ts';
import { readData } from './sops-data.ts';

test('formatForPath() goes by the ending', () => {
  const formats = ['a.yaml', 'a.yml', 'a.json', 'a.env', 'a.ini', '.dockerconfigjson', 'a.txt', ''].map(formatForPath);
  assert.deepEqual(formats, ['yaml', 'yaml', 'json', 'dotenv', 'ini', 'json', 'binary', 'binary']);
});

test('detectFormat() and hasMarker() know what the sops CLI wrote', () => {
  const names = ['secret.enc.yaml', 'config.enc.json', 'settings.enc.env', 'config.enc.ini', 'blob.enc.bin'];
  assert.deepEqual(
    names.map((name) => detectFormat(readData(name))),
    ['yaml', 'json', 'dotenv', 'ini', 'json'],
  );
  assert.equal(detectFormat(readData('values.plain.yaml')), undefined);
  for (const name of names) assert.equal(hasMarker(readData(name), formatForPath(name)), true, name);
  assert.equal(hasMarker(readData('secret.enc.yaml'), 'json'), false);
});
