import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { expectNone, readSources, ROOT } from './read-sources.ts';

const BANNED: ReadonlySet<string> = new Set([
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'misc',
  'shared',
  'manager',
  'service',
  'base',
]);

test('files have names that say what is in them', () => {
  const findings = readSources('src').flatMap(({ path }) => {
    const words = path.replace(/\.ts$/, '').split('/');
    const found = words.filter((word) => BANNED.has(word) || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(word));
    return found.length === 0 ? [] : [`${path}: ${found.join(', ')}`];
  });
  expectNone(findings, 'kebab-case, and no drawers:');
});

test('what a part exports has a docstring', () => {
  const findings: string[] = [];
  for (const { path, text } of readSources('src/lib')) {
    if (path.endsWith('/index.ts')) continue;
    const lines = text.split('\n');
    for (const [index, line] of lines.entries()) {
      const name = /^export (?:default )?(?:async )?(?:abstract )?(?:function\*?|class|const|interface|type|let) (\w+)/.exec(
        line,
      )?.[1];
      if (name === undefined) continue;
      const above = lines[index - 1]?.trim() ?? '';
      if (!above.endsWith('*/') && !above.startsWith('// oxlint')) findings.push(`${path}:${index + 1} ${name}`);
    }
  }
  expectNone(findings, 'say what it means:');
});

test('every part and feature has a README', () => {
  const findings = ['engine', 'features'].flatMap((layer) =>
    readdirSync(join(ROOT, 'src/lib', layer))
      .filter((part) => !existsSync(join(ROOT, 'src/lib', layer, part, 'README.md')))
      .map((part) => `src/lib/${layer}/${part}`),
  );
  expectNone(findings, 'what, door, errors:');
});

test("Flux's names stand in core alone", () => {
  const findings = readSources('src').flatMap(({ path, text }) => {
    if (path.startsWith('src/lib/core/') || /^src\/lib\/(cli|features)\/.*(view|help|flags)/.test(path)) return [];
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
    return [...code.matchAll(/'[^'\s]*\b(?:toolkit|extensions|reconcile|finalizers)\.fluxcd\.io[^'\s]*'/g)].map(
      ([found]) => `${path}: ${found}`,
    );
  });
  expectNone(findings, 'annotations, labels, groups and reasons are in core/flux.ts:');
});

test('every error code has a row in a README and a test that names it', () => {
  const codes = new Map<string, string>();
  for (const { path, text } of readSources('src')) {
    for (const [, code = ''] of text.matchAll(/new FluxError\(\s*'([a-z]+\/[a-z0-9-]+)'/g)) codes.set(code, path);
  }
  const rows = [...listReadmes()].map((path) => readFileSync(path, 'utf8')).join('\n');
  const tests = ['test/unit', 'test/conformance', 'test/e2e']
    .flatMap((folder) => readSources(folder).map(({ text }) => text))
    .join('\n');
  const noRow = [...codes].filter(([code]) => !rows.includes(`\`${code}\``)).map(([code, path]) => `${code} (${path})`);
  expectNone(noRow, 'no README row for:');
  const noTest = [...codes]
    .filter(([code]) => !tests.includes(code) && !code.startsWith('internal/'))
    .map(([code, path]) => `${code} (${path})`);
  expectNone(noTest, 'no test names:');
});

function* listReadmes(): Generator<string> {
  for (const layer of ['cli', 'core', 'core/yaml'])
    if (existsSync(join(ROOT, 'src/lib', layer, 'README.md'))) yield join(ROOT, 'src/lib', layer, 'README.md');
  for (const layer of ['engine', 'features']) {
    for (const part of readdirSync(join(ROOT, 'src/lib', layer))) {
      const path = join(ROOT, 'src/lib', layer, part, 'README.md');
      if (existsSync(path)) yield path;
    }
  }
}

test('nothing is left unfinished, and nothing of a workplace is left behind', () => {
  const findings = [...readSources('src'), ...readSources('test'), ...readSources('tools')].flatMap(({ path, text }) =>
    path.startsWith('test/checks/')
      ? []
      : [...text.matchAll(/\b(?:TODO|FIXME|XXX)\b|not (?:yet )?implemented|\b(?:test|it|describe)\.(?:only|todo)\b/g)].map(
          ([found]) => `${path}: ${found}`,
        ),
  );
  expectNone(findings, 'finish it, or build less of it:');
});
