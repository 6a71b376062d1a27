import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assertReadersAgree } from '../../support/compare-readers.ts';

const golden = (name: string) => new URL(`../../../../shared/golden/${name}`, import.meta.url);

function rows(name: string): unknown[] {
  return readFileSync(golden(name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

function absent(name: string): string | false {
  return existsSync(golden(name)) ? false : `recorded output ${name} is not on this machine`;
}

/** Tells which part of the texts the reader of simple YAML reads; all of those it must read as the general reader does. */
function shareRead(texts: readonly string[]): number {
  assert.ok(texts.length > 0);
  return texts.filter(assertReadersAgree).length / texts.length;
}

test('composeBlock() reads nearly all files of the recorded builds', { skip: absent('kustomize.jsonl') }, () => {
  const cases = rows('kustomize.jsonl') as { files: Record<string, string> }[];
  const texts = cases.flatMap(({ files }) => Object.entries(files)).filter(([path]) => /\.ya?ml$/.test(path));
  assert.ok(shareRead(texts.map(([, text]) => text)) > 0.9);
});

test('composeBlock() reads odd scalars as the general reader does', { skip: absent('yaml-scalars.jsonl') }, () => {
  const texts = (rows('yaml-scalars.jsonl') as string[][]).map(([text = '']) => text);
  assert.ok(shareRead(texts) > 0.5);
  assert.ok(shareRead(texts.map((text) => `- ${text.replaceAll('\n', '\n  ')}\n`)) > 0.5);
});

test('composeBlock() reads what sigs.k8s.io/yaml writes', { skip: absent('yaml-emit.jsonl') }, () => {
  const texts = (rows('yaml-emit.jsonl') as [unknown, string][]).map(([, text]) => text);
  assert.ok(shareRead(texts) > 0.8);
});

test('composeBlock() reads nearly all manifests', () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const paths = globSync('{manifests,test,docs}/**/*.{yaml,yml}', { cwd: root });
  assert.ok(shareRead(paths.map((path) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8'))) > 0.8);
});
