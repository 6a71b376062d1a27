import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runCli } from '../../support/run-cli.ts';

describe('drive', () => {
  let cwd = '';
  before(() => {
    cwd = mkdtempSync(join(tmpdir(), 'flux-ts-drive-'));
    writeFileSync(join(cwd, 'config-map.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n');
    writeFileSync(join(cwd, 'broken.yaml'), 'apiVersion: v1\nkind: [\n');
  });
  after(() => rmSync(cwd, { recursive: true, force: true }));

  const refusals: readonly (readonly [string, readonly string[], string, RegExp])[] = [
    ['names with -A', ['web', '-A'], 'usage/bad-value', /names and -A do not go together/],
    ['names with -f', ['web', '-f', 'config-map.yaml'], 'usage/bad-value', /do not go together with -f/],
    ['a concurrency of nought', ['--concurrent=0'], 'usage/bad-value', /at least 1/],
    ['files that are not there', ['-f', 'nowhere.yaml'], 'usage/no-such-path', /nowhere\.yaml: no such file or folder/],
    [
      'files with nothing to drive',
      ['-f', 'config-map.yaml'],
      'reconcile/nothing-to-drive',
      /no GitRepository and no Kustomization/,
    ],
    ['broken YAML, with its place', ['-f', 'broken.yaml'], 'yaml/invalid', /"file":"broken\.yaml","line":\d/],
  ];
  for (const [what, words, code, message] of refusals) {
    test(`refuses ${what} before any cluster is asked: ${code}`, async () => {
      const { code: exit, stdout, stderr } = await runCli(['drive', ...words, '-o', 'json'], { cwd });
      const { error } = JSON.parse(stderr) as { error: { code: string; message: string } };
      assert.deepEqual({ exit, stdout, code: error.code }, { exit: 1, stdout: '', code });
      assert.match(JSON.stringify(error), message);
    });
  }
});
