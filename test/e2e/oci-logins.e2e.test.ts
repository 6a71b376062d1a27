import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { KNOWN_REVISION, KNOWN_SOURCE, makeKnownFolder } from '../support/known-folder.ts';
import { type OciRegistry, REGISTRY_USER, startOciRegistry } from '../support/oci-registry.ts';
import { startTokenServer, type TokenServer } from '../support/registry-token-server.ts';
import { type CliOptions, runCli } from '../support/run-cli.ts';

const REFRESH = 'refresh-me-often';

describe('logins of a real registry', () => {
  let basic: OciRegistry;
  let token: OciRegistry;
  let tokens: TokenServer;
  let folder: string;
  let home: string;

  before(async () => {
    basic = await startOciRegistry({ login: 'basic' });
    tokens = await startTokenServer({ username: REGISTRY_USER.name, password: REGISTRY_USER.password, refreshToken: REFRESH });
    token = await startOciRegistry({ login: tokens });
    folder = makeKnownFolder();
    home = mkdtempSync(join(tmpdir(), 'flux-ts-docker-'));
    mkdirSync(join(home, '.docker'));
  });
  after(async () => {
    await basic?.stop();
    await token?.stop();
    tokens?.close();
    for (const dir of [folder, home]) rmSync(dir, { recursive: true, force: true });
  });
  const config = (content: unknown): void => writeFileSync(join(home, '.docker/config.json'), JSON.stringify(content));
  const push = (registry: OciRegistry, more: readonly string[] = [], options: CliOptions = {}) =>
    runCli(
      [
        'push',
        'artifact',
        `oci://${registry.host}/team/app:v1`,
        '-f',
        folder,
        `--source=${KNOWN_SOURCE}`,
        `--revision=${KNOWN_REVISION}`,
        ...more,
      ],
      { ...options, env: { HOME: home, ...options.env } },
    );
  const auth = Buffer.from(`${REGISTRY_USER.name}:${REGISTRY_USER.password}`).toString('base64');

  it('are named where there is none, or a wrong one', async () => {
    config({});
    const none = await push(basic);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /the registry refused access \(401\)[\s\S]*docker login/);
    const wrong = await push(basic, ['--creds=flux:no']);
    assert.match(wrong.stderr, /refused access \(401\)[\s\S]*check the login/);
    assert.doesNotMatch(wrong.stderr, /flux:no/);
    const refused = await push(token, ['--creds=flux:no']);
    assert.match(refused.stderr, /the token server 127\.0\.0\.1:\d+ refused the login of "flux"/);
  });

  it('are taken from --creds, Docker’s config, and podman’s', async () => {
    assert.equal((await push(basic, [`--creds=${REGISTRY_USER.name}:${REGISTRY_USER.password}`])).code, 0);
    config({ auths: { [basic.host]: { auth } } });
    assert.match((await push(basic)).stderr, /unchanged/);
    config({});
    const runtime = join(home, 'run');
    mkdirSync(join(runtime, 'containers'), { recursive: true });
    writeFileSync(join(runtime, 'containers/auth.json'), JSON.stringify({ auths: { [`${basic.host}/team/app`]: { auth } } }));
    assert.match((await push(basic, [], { env: { XDG_RUNTIME_DIR: runtime } })).stderr, /unchanged/);
  });

  it('are taken from a credential helper', async () => {
    const bin = join(home, 'bin');
    mkdirSync(bin);
    writeFileSync(
      join(bin, 'docker-credential-test'),
      `#!/bin/sh\nread host\n[ "$1 $host" = "get ${basic.host}" ] || { echo credentials not found in native keychain; exit 1; }\n` +
        `printf '{"ServerURL":"%s","Username":"${REGISTRY_USER.name}","Secret":"${REGISTRY_USER.password}"}' "$host"\n`,
    );
    chmodSync(join(bin, 'docker-credential-test'), 0o755);
    const env = { PATH: `${bin}:${process.env['PATH']}` };
    config({ credHelpers: { [basic.host]: 'test' } });
    assert.equal((await push(basic, [], { env })).code, 0);
    config({ credsStore: 'test' });
    assert.equal((await push(basic, [], { env })).code, 0);
    config({ credsStore: 'absent' });
    const broken = await push(basic, ['-o', 'json'], { env });
    assert.match(broken.stderr, /oci\/helper-failed/);
  });

  it('are exchanged for tokens of just the scope that is needed', async () => {
    config({ auths: { [token.host]: { auth } } });
    tokens.asked.length = 0;
    assert.equal((await push(token)).code, 0);
    assert.deepEqual([...new Set(tokens.asked)].sort(), ['GET repository:team/app:pull', 'GET repository:team/app:pull,push']);
    tokens.asked.length = 0;
    const listed = await runCli(['list', 'artifacts', `oci://${token.host}/team/app`], { env: { HOME: home } });
    assert.equal(listed.code, 0, listed.stderr);
    assert.deepEqual(tokens.asked, ['GET repository:team/app:pull']);
  });

  it('may be a refresh token, as `docker login` keeps it for some registries', async () => {
    config({ auths: { [token.host]: { auth: Buffer.from('<token>:').toString('base64'), identitytoken: REFRESH } } });
    tokens.asked.length = 0;
    const run = await push(token);
    assert.equal(run.code, 0, run.stderr);
    assert.ok(tokens.asked.length > 0 && tokens.asked.every((line) => line.startsWith('POST ')));
  });
});
