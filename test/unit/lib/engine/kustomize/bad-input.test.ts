import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { FluxError } from '../../../../../src/lib/core/errors.ts';
import type { FileSystem } from '../../../../../src/lib/core/filesystem.ts';
import { fromMemory, openRooted } from '../../../../../src/lib/engine/filesys/index.ts';
import type { Shape } from '../../../../../src/lib/engine/kustomize/decode.ts';
import { build } from '../../../../../src/lib/engine/kustomize/index.ts';
import { KUSTOMIZATION_SHAPE } from '../../../../../src/lib/engine/kustomize/kustomization-shape.ts';

const CM = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n';

/** What is bad must be told within a second or two, also on a slow machine. */
const LIMIT_MS = 5000;

function failureOn(fs: FileSystem, root = '/'): FluxError {
  const started = performance.now();
  try {
    build(fs, root);
  } catch (error) {
    assert.ok(isFluxError(error), String(error));
    const spent = performance.now() - started;
    assert.ok(spent < LIMIT_MS, `it took ${Math.round(spent)} ms`);
    return error;
  }
  throw new assert.AssertionError({ message: 'nothing was thrown' });
}

function failure(files: Record<string, string | Uint8Array>, root = '/'): FluxError {
  return failureOn(fromMemory(files), root);
}

function withFolder(use: (dir: string) => void): void {
  const outer = mkdtempSync(join(tmpdir(), 'flux-ts-bad-input-'));
  try {
    mkdirSync(join(outer, 'root'));
    use(join(outer, 'root'));
  } finally {
    rmSync(outer, { recursive: true });
  }
}

/** Values of every sort but the one that a shape takes. */
function wrongFor(shape: Shape): string[] {
  const all: Readonly<Record<string, string>> = {
    string: 'text',
    int: '7',
    bool: 'true',
    list: '[x]',
    map: '{x: y}',
  };
  const right = typeof shape === 'string' ? shape : 'list' in shape ? 'list' : 'map';
  return Object.entries(all)
    .filter(([sort]) => sort !== right)
    .map(([, text]) => text);
}

/** Every field of a shape, with a text that puts a value there. */
function fieldsOf(
  shape: Shape,
  path: string,
  place: (value: string) => string,
): { path: string; shape: Shape; text: (value: string) => string }[] {
  if (shape === 'any') return [];
  const own = [{ path, shape, text: place }];
  if (typeof shape === 'string') return own;
  if ('list' in shape) return [...own, ...fieldsOf(shape.list, `${path}[0]`, (value) => place(`[${value}]`))];
  if ('map' in shape) return [...own, ...fieldsOf(shape.map, `${path}.key`, (value) => place(`{key: ${value}}`))];
  return [
    ...own,
    ...Object.entries(shape.fields).flatMap(([name, field]) =>
      fieldsOf(field, `${path}.${name}`, (value) => place(`{${name}: ${value}}`)),
    ),
  ];
}

test('build() tells file, line and column of a wrong type in every field of a kustomization', () => {
  const fields = Object.entries(KUSTOMIZATION_SHAPE.fields).flatMap(([name, shape]) =>
    fieldsOf(shape, name, (value) => `# a comment\n${name}: ${value}\n`),
  );
  assert.ok(fields.length > 150, `only ${fields.length} fields`);
  for (const { path, shape, text } of fields) {
    for (const value of wrongFor(shape)) {
      const what = `${path}: ${value}`;
      const error = failure({ 'kustomization.yaml': text(value) });
      assert.equal(error.code, 'kustomize/invalid-kustomization', `${what}: ${error.message}`);
      assert.equal(error.source?.file, '/kustomization.yaml', what);
      assert.equal(error.source?.line, 2, what);
      assert.ok((error.source?.column ?? 0) > 0, what);
    }
  }
});

test('build() says kustomize/cycle for bases and components that lead back', () => {
  const circle = failure({ 'a/kustomization.yaml': 'resources: [../b]\n', 'b/kustomization.yaml': 'resources: [../a]\n' }, '/a');
  assert.equal(circle.code, 'kustomize/cycle');
  const parent = failure({ 'kustomization.yaml': 'resources: [sub]\n', 'sub/kustomization.yaml': 'resources: [..]\n' });
  assert.equal(parent.code, 'kustomize/cycle');
  const component = failure({
    'kustomization.yaml': 'components: [c]\n',
    'c/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncomponents: [../c]\n',
  });
  assert.equal(component.code, 'kustomize/cycle');
});

test('build() says which file is missing, whatever names it', () => {
  const names: Readonly<Record<string, string>> = {
    resources: 'resources: [nope.yaml]',
    bases: 'bases: [nope.yaml]',
    components: 'components: [nope.yaml]',
    crds: 'crds: [nope.yaml]',
    configurations: 'configurations: [nope.yaml]',
    generators: 'generators: [nope.yaml]',
    transformers: 'transformers: [nope.yaml]',
    validators: 'validators: [nope.yaml]',
    patches: 'patches: [{path: nope.yaml}]',
    patchesStrategicMerge: 'patchesStrategicMerge: [nope.yaml]',
    patchesJson6902: 'patchesJson6902: [{path: nope.yaml, target: {kind: X, name: x}}]',
    replacements: 'replacements: [{path: nope.yaml}]',
    openapi: 'openapi: {path: nope.yaml}',
    files: 'configMapGenerator: [{name: c, files: [nope.yaml]}]',
    envs: 'secretGenerator: [{name: c, envs: [nope.yaml]}]',
  };
  for (const [field, text] of Object.entries(names)) {
    const error = failure({ 'kustomization.yaml': `${text}\n` });
    assert.match(error.message, /nope\.yaml/, field);
    assert.ok(error.source?.file !== undefined, `${field}: ${error.message}`);
  }
});

test('build() reads nothing through links that lead out of the root', () => {
  withFolder((dir) => {
    writeFileSync(join(dir, '../secret.yaml'), CM);
    mkdirSync(join(dir, '../secrets'));
    writeFileSync(join(dir, '../secrets/kustomization.yaml'), 'resources: []\n');
    symlinkSync('../secret.yaml', join(dir, 'file.yaml'));
    symlinkSync('../secrets', join(dir, 'folder'));
    symlinkSync('loop', join(dir, 'loop'));
    for (const entry of ['file.yaml', 'folder', 'folder/kustomization.yaml', 'loop']) {
      writeFileSync(join(dir, 'kustomization.yaml'), `resources: [${entry}]\n`);
      const error = failureOn(openRooted(dir));
      assert.equal(error.code, 'filesys/escape', entry);
      assert.ok(error.source?.file !== undefined, entry);
    }
    writeFileSync(join(dir, 'kustomization.yaml'), 'configMapGenerator: [{name: c, files: [file.yaml]}]\n');
    assert.equal(failureOn(openRooted(dir)).code, 'filesys/escape');
  });
});

test('build() refuses a file of 100 MB by its size, before it is read', () => {
  withFolder((dir) => {
    writeFileSync(join(dir, 'big.yaml'), CM);
    truncateSync(join(dir, 'big.yaml'), 100_000_000);
    for (const text of [
      'resources: [big.yaml]\n',
      'configMapGenerator: [{name: c, files: [big.yaml]}]\n',
      'patches: [{path: big.yaml}]\n',
    ]) {
      writeFileSync(join(dir, 'kustomization.yaml'), text);
      const before = process.memoryUsage().rss;
      const error = failureOn(openRooted(dir));
      assert.equal(error.code, 'filesys/too-large');
      assert.deepEqual(error.source, { file: '/big.yaml' });
      assert.ok(process.memoryUsage().rss - before < 50_000_000, 'it was read');
    }
    rmSync(join(dir, 'kustomization.yaml'));
    writeFileSync(join(dir, 'kustomization.yaml'), '');
    truncateSync(join(dir, 'kustomization.yaml'), 100_000_000);
    assert.equal(failureOn(openRooted(dir)).code, 'filesys/too-large');
  });
});

test('build() says yaml/alias-bomb for aliases that expand past a bound', () => {
  const levels = Array.from({ length: 12 }, (_, at) => {
    const items = at === 0 ? 'lol' : Array.from({ length: 10 }, () => `*a${at - 1}`).join(', ');
    return `a${at}: &a${at} [${items}]\n`;
  });
  const bomb = levels.join('');
  for (const files of [
    { 'kustomization.yaml': bomb },
    { 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': CM + bomb },
    { 'kustomization.yaml': 'resources: [a.yaml]\npatches: [{path: p.yaml}]\n', 'a.yaml': CM, 'p.yaml': CM + bomb },
  ]) {
    const error = failure(files);
    assert.ok(['yaml/alias-bomb', 'kustomize/invalid-patch'].includes(error.code), error.code);
    assert.ok((error.source?.line ?? 0) > 0, error.message);
  }
});

test('build() says yaml/too-large for nesting that is deeper than any manifest', () => {
  for (const deep of [
    '['.repeat(100_000),
    '{a: '.repeat(100_000),
    Array.from({ length: 3000 }, (_, at) => `${' '.repeat(at)}a:\n`).join(''),
  ]) {
    const inResource = failure({ 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': deep });
    assert.equal(inResource.code, 'yaml/too-large', inResource.message);
    assert.equal(inResource.source?.file, '/a.yaml');
    assert.equal(failure({ 'kustomization.yaml': deep }).code, 'yaml/too-large');
  }
});

test('build() names both files of a duplicate id', () => {
  const error = failure({ 'kustomization.yaml': 'resources: [a.yaml, b.yaml]\n', 'a.yaml': CM, 'b.yaml': `# second\n${CM}` });
  assert.equal(error.code, 'kustomize/duplicate-id');
  assert.deepEqual(error.source, { file: '/b.yaml', line: 2 });
  assert.match(error.message, /a\.yaml/);
  assert.deepEqual(error.subject, { apiVersion: 'v1', kind: 'ConfigMap', name: 'a' });
});

test('build() says what a patch without a target lacks', () => {
  const json = failure({
    'kustomization.yaml': 'resources: [a.yaml]\npatches: [{patch: "- {op: remove, path: /data}"}]\n',
    'a.yaml': CM,
  });
  assert.equal(json.code, 'kustomize/invalid-patch');
  assert.match(json.message, /must specify a target/);
  assert.equal(json.source?.file, '/kustomization.yaml');
  const merge = failure({
    'kustomization.yaml': 'resources: [a.yaml]\npatches: [{path: p.yaml}]\n',
    'a.yaml': CM,
    'p.yaml': 'kind: ConfigMap\ndata: {k: w}\n',
  });
  assert.equal(merge.code, 'kustomize/invalid-patch');
  assert.equal(merge.source?.file, '/p.yaml');
});

test('build() refuses what is not UTF-8, with the place', () => {
  const bytes = (text: string) => Buffer.from(text, 'latin1');
  const inResource = failure({
    'kustomization.yaml': 'resources: [a.yaml]\n',
    'a.yaml': bytes(CM.replace('k: v', 'k: caf\xe9')),
  });
  assert.equal(inResource.code, 'yaml/invalid');
  assert.deepEqual(inResource.source, { file: '/a.yaml', line: 4, column: 14 });
  assert.match(inResource.message, /UTF-8/);
  const inKustomization = failure({ 'kustomization.yaml': bytes('namePrefix: \xe9-\n') });
  assert.equal(inKustomization.code, 'yaml/invalid');
  assert.deepEqual(inKustomization.source, { file: '/kustomization.yaml', line: 1, column: 13 });
});
