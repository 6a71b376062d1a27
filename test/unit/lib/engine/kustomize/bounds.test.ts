import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { fromMemory } from '../../../../../src/lib/engine/filesys/index.ts';
import { build } from '../../../../../src/lib/engine/kustomize/index.ts';

/** Directories of which each takes in two that take in the one before: as many ways to the first as two to that power. */
function doubling(levels: number, first: string): Record<string, string> {
  const files: Record<string, string> = { '/l0/kustomization.yaml': first };
  for (let level = 1; level <= levels; level += 1) {
    files[`/l${level}/kustomization.yaml`] = `resources: [a, b]\n`;
    for (const half of ['a', 'b'])
      files[`/l${level}/${half}/kustomization.yaml`] = `namePrefix: ${half}\nresources: [../../l${level - 1}]\n`;
  }
  return files;
}

const tooLarge = (error: unknown): boolean => {
  assert.ok(isFluxError(error, 'kustomize/too-large'), String(error));
  return true;
};

test('build() ends where directories take in one another again and again: kustomize/too-large', () => {
  const files = doubling(40, 'commonLabels: {app: a}\nresources: []\n');
  assert.throws(() => build(fromMemory(files), '/l40'), tooLarge);
});

test('build() refuses more than 50,000 resources: kustomize/too-large', () => {
  const one = (index: number) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c${index}}\n`;
  const many = Array.from({ length: 12_501 }, (_, index) => one(index)).join('---\n');
  const files = { ...doubling(2, 'resources: [all.yaml]\n'), '/l0/all.yaml': many };
  assert.throws(() => build(fromMemory(files), '/l2'), tooLarge);
});
