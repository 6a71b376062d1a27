import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import { goPlatform, programCall, resolveRelease } from '../../../../../src/lib/engine/plugin/index.ts';
import { parseCatalog, parseManifest } from '../../../../../src/lib/engine/plugin/parse-catalog.ts';
import { formatReceipt, parseReceipt } from '../../../../../src/lib/engine/plugin/receipt.ts';

const sum = (letter: string): string => `sha256:${letter.repeat(64)}`;
const MANIFEST = `apiVersion: cli.fluxcd.io/v1beta1
kind: Plugin
name: tool
description: A tool
homepage: https://example.com
bin: flux-tool
versions:
  - version: 1.1.0
    platforms:
      - {os: linux, arch: amd64, url: https://example.com/a.tar.gz, checksum: "${sum('a')}"}
      - {os: windows, arch: amd64, url: https://example.com/a.zip, checksum: "${sum('b')}", extractPath: bin/tool.exe}
  - version: 1.0.0
    platforms:
      - {os: linux, arch: amd64, url: https://example.com/b.tar.gz, checksum: "${sum('c')}"}
      - {os: darwin, arch: arm64, url: https://example.com/c.tar.gz, checksum: "${sum('d')}"}
`;
const LINUX = { os: 'linux', arch: 'amd64' };
const throwsCode = (run: () => unknown, code: string, message: RegExp, hint = /./): void =>
  assert.throws(run, (error) => {
    assert.ok(error instanceof FluxError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.match(error.hint ?? '', hint);
    return true;
  });

describe('resolveRelease()', () => {
  const manifest = parseManifest(MANIFEST, 'tool');
  const resolve = (ref: string, platform = LINUX) => resolveRelease(manifest, ref, platform);

  test('takes the first version, one by name with or without v, or one by digest', () => {
    assert.equal(resolve('').version, '1.1.0');
    assert.equal(resolve('1.0.0').platform.url, 'https://example.com/b.tar.gz');
    assert.equal(resolve('v1.0.0').version, '1.0.0');
    assert.equal(resolve(sum('c')).version, '1.0.0');
    assert.equal(resolve(sum('C')).version, '1.0.0');
    assert.deepEqual(resolve('', { os: 'windows', arch: 'amd64' }).platform.extractPath, 'bin/tool.exe');
  });

  test('says what there is instead: plugin/version-not-found, plugin/no-platform, plugin/digest-not-found, plugin/no-versions', () => {
    throwsCode(
      () => resolve('9.9.9'),
      'plugin/version-not-found',
      /^version "9.9.9" not found for plugin "tool"$/,
      /1\.1\.0, 1\.0\.0$/,
    );
    throwsCode(
      () => resolve('', { os: 'darwin', arch: 'arm64' }),
      'plugin/no-platform',
      /^plugin "tool" v1\.1\.0 has no binary for darwin\/arm64$/,
      /linux\/amd64, windows\/amd64/,
    );
    // The digest of another system is not that of this one.
    throwsCode(() => resolve(sum('d')), 'plugin/digest-not-found', /not found for plugin "tool" on linux\/amd64$/);
    throwsCode(() => resolve(`sha512:${'a'.repeat(128)}`), 'plugin/version-not-found', /sha512/);
    throwsCode(() => resolveRelease({ ...manifest, versions: [] }, '', LINUX), 'plugin/no-versions', /has no versions/);
  });
});

describe('parseManifest()', () => {
  for (const [what, from, to, message] of [
    ['another API', 'v1beta1', 'v2', /apiVersion "cli.fluxcd.io\/v2"/],
    ['another kind', 'kind: Plugin', 'kind: Secret', /kind "Secret"/],
    ['another name', 'name: tool', 'name: ../tool', /plugin "\.\.\/tool"/],
    ['another program', 'bin: flux-tool', 'bin: ../flux-tool', /bin is "\.\.\/flux-tool"/],
    ['no program', 'bin: flux-tool', 'bin: 7', /bin is ""/],
    ['a checksum of another kind', sum('a'), `md5:${'a'.repeat(32)}`, /which is no sha256/],
    ['a version that is a number', 'version: 1.1.0', 'version: 1.1', /a version without a name/],
    ['no YAML', 'kind:', '\tkind: [', /line|tab/i],
  ] as const) {
    test(`refuses ${what}: plugin/bad-manifest`, () => {
      throwsCode(() => parseManifest(MANIFEST.replace(from, to), 'tool'), 'plugin/bad-manifest', message);
    });
  }
  test('refuses a list and an empty text', () => {
    throwsCode(() => parseManifest('- a', 'tool'), 'plugin/bad-manifest', /no YAML object/);
    throwsCode(() => parseManifest('', 'tool'), 'plugin/bad-manifest', /no YAML object/);
  });
});

test('parseCatalog() reads entries, and refuses what is no catalogue: plugin/bad-catalog', () => {
  const text = 'apiVersion: cli.fluxcd.io/v1beta1\nkind: PluginCatalog\nplugins: [{name: a, description: b, license: MIT}]\n';
  assert.deepEqual(parseCatalog(text), [{ name: 'a', description: 'b', homepage: '', source: '', license: 'MIT' }]);
  throwsCode(() => parseCatalog(text.replace('PluginCatalog', 'Plugin')), 'plugin/bad-catalog', /kind "Plugin"/);
  throwsCode(() => parseCatalog(text.replace('v1beta1', 'v1')), 'plugin/bad-catalog', /apiVersion/);
  throwsCode(() => parseCatalog('<html>'), 'plugin/bad-catalog', /no YAML object/);
});

test('formatReceipt() and parseReceipt() go together, in the form that flux writes', () => {
  const receipt = {
    name: 'tool',
    version: '1.1.0',
    installedAt: '2026-03-01T12:00:00Z',
    platform: { os: 'linux', arch: 'amd64', url: 'https://example.com/a.tar.gz', checksum: sum('a') },
  };
  assert.equal(
    formatReceipt(receipt),
    `installedAt: "2026-03-01T12:00:00Z"
name: tool
platform:
  arch: amd64
  checksum: ${sum('a')}
  os: linux
  url: https://example.com/a.tar.gz
version: 1.1.0
`,
  );
  assert.deepEqual(parseReceipt(formatReceipt(receipt)), receipt);
  const withPath = { ...receipt, platform: { ...receipt.platform, extractPath: 'bin/x' } };
  assert.deepEqual(parseReceipt(formatReceipt(withPath)), withPath);
  assert.equal(parseReceipt('- no receipt'), undefined);
  assert.equal(parseReceipt('{'), undefined);
});

test('goPlatform() names systems as Go does', () => {
  assert.deepEqual(goPlatform('linux', 'x64'), { os: 'linux', arch: 'amd64' });
  assert.deepEqual(goPlatform('darwin', 'arm64'), { os: 'darwin', arch: 'arm64' });
  assert.deepEqual(goPlatform('win32', 'ia32'), { os: 'windows', arch: '386' });
});

test('programCall() quotes for batch files, and refuses what they would read: plugin/bad-argument', () => {
  assert.deepEqual(programCall('/p/flux-x', ['a b', '%'], 'linux'), { file: '/p/flux-x', args: ['a b', '%'], isVerbatim: false });
  assert.deepEqual(programCall('C:\\p\\flux-x.exe', ['%'], 'win32'), {
    file: 'C:\\p\\flux-x.exe',
    args: ['%'],
    isVerbatim: false,
  });
  assert.deepEqual(programCall('C:\\p x\\flux-x.cmd', ['a b', '&c'], 'win32', 'C:\\cmd.exe'), {
    file: 'C:\\cmd.exe',
    args: ['/d', '/s', '/c', '""C:\\p x\\flux-x.cmd" "a b" "&c""'],
    isVerbatim: true,
  });
  for (const bad of ['a"b', '%PATH%', 'a\nb'])
    throwsCode(() => programCall('x.BAT', [bad], 'win32'), 'plugin/bad-argument', /batch file/);
});
