import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandIndex } from '../../../../src/commands/index.ts';
import { nameProgram } from '../../../../src/lib/cli/name-program.ts';
import { programNameOf } from '../../../../src/lib/cli/program.ts';
import { pluginPlaceOf } from '../../../../src/lib/core/plugin-folder.ts';

test('nameProgram() changes the name where a command follows, and nowhere else', () => {
  const named = (text: string): string => nameProgram(text, 'flux ts', commandIndex());
  assert.equal(named('run flux-ts get all, or flux-ts --help'), 'run flux ts get all, or flux ts --help');
  assert.equal(named('$ flux-ts COMMAND'), '$ flux ts COMMAND');
  for (const text of [
    'this is a mistake of flux-ts: report it',
    'flux-ts carries the manifests',
    'see flux-ts getting started',
    '~/.cache/flux-ts get',
    'my-flux-ts get',
    'npm install flux-ts',
  ])
    assert.equal(named(text), text);
  assert.equal(nameProgram('flux-ts get', 'flux-ts', commandIndex()), 'flux-ts get');
});

test('programNameOf() knows a plugin by the folder that it was started in', () => {
  assert.equal(programNameOf('/home/me/.fluxcd/plugins/flux-ts', '/home/me/.fluxcd/plugins/'), 'flux ts');
  assert.equal(programNameOf('C:\\me\\plugins\\flux-ts', 'C:/me/plugins'), 'flux ts');
  assert.equal(programNameOf('/usr/local/bin/flux-ts', '/home/me/.fluxcd/plugins'), 'flux-ts');
  assert.equal(programNameOf('/home/me/.fluxcd/plugins/flux-other', '/home/me/.fluxcd/plugins'), 'flux-ts');
});

test('pluginPlaceOf() is the folder of flux', () => {
  const at = (env: Record<string, string>, platform = 'linux') => pluginPlaceOf({ env, homeDir: '/home/me', platform });
  assert.deepEqual(at({}), { path: '/home/me/.fluxcd/plugins', isDefault: true });
  assert.deepEqual(at({ FLUXCD_PLUGINS: '' }), { path: '/home/me/.fluxcd/plugins', isDefault: true });
  assert.deepEqual(at({ FLUXCD_PLUGINS: '/opt/p' }), { path: '/opt/p', isDefault: false });
  assert.deepEqual(at({ USERPROFILE: 'C:\\me' }), { path: '/home/me/.fluxcd/plugins', isDefault: true });
  assert.deepEqual(at({ USERPROFILE: 'C:\\me\\' }, 'win32'), { path: 'C:\\me/.fluxcd/plugins', isDefault: true });
});
