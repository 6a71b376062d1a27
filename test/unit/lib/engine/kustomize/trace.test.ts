import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromMemory } from '../../../../../src/lib/engine/filesys/index.ts';
import { build, readTrace } from '../../../../../src/lib/engine/kustomize/index.ts';

const FILES = {
  'base/kustomization.yaml': 'resources: [cm.yaml]\nnamePrefix: a-\n',
  'base/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n',
  'over/kustomization.yaml':
    'resources: [../base]\nconfigMapGenerator: [{name: made, literals: [a=b]}]\nbuildMetadata: [managedByLabel]\n',
};

test('readTrace() tells the file of an object, and what it went through', () => {
  const files = fromMemory(new Map(Object.entries(FILES).map(([path, text]) => [path, Buffer.from(text)])));
  const [own, made] = build(files, '/over', { isTraced: true, reorder: 'none' });
  assert.ok(own !== undefined && made !== undefined);
  const { file, generatedIn, changedIn } = readTrace(own);
  assert.deepEqual([file, generatedIn], ['../base/cm.yaml', undefined]);
  assert.ok(changedIn.some((step) => step.file === '../base/kustomization.yaml' && step.by === 'PrefixTransformer'));
  assert.deepEqual(readTrace(made).generatedIn, { file: 'kustomization.yaml', by: 'ConfigMapGenerator' });
  assert.equal(own.metadata.labels?.['app.kubernetes.io/managed-by'], 'kustomize-v5.8.1', 'its own metadata stays');
  const [plain] = build(files, '/over', { reorder: 'none' });
  assert.deepEqual(readTrace(plain ?? own), { changedIn: [] });
});
