import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { fetchTree, openClone, type Remote } from '../../src/lib/engine/git/index.ts';
import { type Sign, signWithOpenPgp, signWithSsh, verifySignature } from '../../src/lib/engine/signature/index.ts';
import { type GitServer, gitEnvironment, startGitServer } from '../support/git-server.ts';

// Signatures of ours are held against git, ssh-keygen and gpg; theirs against ours.

const PASSPHRASE = 'open sesame';
const folder = mkdtempSync(join(tmpdir(), 'sig-'));
const gnupgHome = mkdtempSync(join(tmpdir(), 'gpg-'));
const hasSshKeygen = canRun('ssh-keygen', ['-?']);
const hasGpg = canRun('gpg', ['--version']);
let server: GitServer;

before(async () => {
  server = await startGitServer();
});

after(async () => {
  await server.close();
  if (hasGpg) execFileSync('gpgconf', ['--kill', 'all'], { env: environment() });
  rmSync(folder, { recursive: true, force: true });
  rmSync(gnupgHome, { recursive: true, force: true });
});

/** True where a program is there, whatever it says. */
function canRun(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

function environment(): Record<string, string> {
  return { ...gitEnvironment(), HOME: folder, GNUPGHOME: gnupgHome };
}

/** Runs a program and gives all that it prints. */
function run(program: string, args: readonly string[], options: { cwd?: string; input?: Uint8Array } = {}): Buffer {
  return execFileSync(program, args, { stdio: 'pipe', env: environment(), ...options });
}

const inFolder = (name: string) => join(folder, name);

/** Commits through a clone, pushes, and gives the folder of the repository and the commit. */
async function pushSigned(name: string, sign: Sign): Promise<{ repository: string; commit: string; remote: Remote }> {
  await server.create(name);
  const remote = { url: server.urlOf(name) };
  const clone = await openClone(remote, 'main', {
    author: { name: 'Flux', email: 'flux@example.com' },
    now: () => Date.now(),
  });
  clone.write('clusters/prod/gotk-sync.yaml', 'kind: Kustomization\n');
  const commit = await clone.commit({ message: 'Add Flux sync manifests\n\nWith a body, and umlauts: äöü', sign });
  await clone.push();
  assert.ok(commit !== undefined);
  return { repository: (await server.git(name, 'rev-parse', '--absolute-git-dir')).trim(), commit, remote };
}

/** Makes a signed commit and a signed tag with git itself; gives the payloads and signatures. */
function signWithGit(config: readonly string[]): { payload: Buffer; signature: string }[] {
  const cwd = mkdtempSync(inFolder('git-'));
  const git = (...args: string[]) => run('git', [...config.flatMap((entry) => ['-c', entry]), ...args], { cwd });
  git('init', '-q', '-b', 'main');
  git('commit', '-q', '-S', '--allow-empty', '-m', 'Signed by git');
  git('tag', '-s', 'v1.0.0', '-m', 'Tag signed by git');
  const commit = git('cat-file', 'commit', 'HEAD').toString('latin1');
  const header = /\ngpgsig ([^\n]*\n(?: [^\n]*\n)*)/.exec(commit);
  assert.ok(header?.[1] !== undefined);
  const tag = git('cat-file', 'tag', 'v1.0.0').toString('latin1');
  const start = tag.search(/-----BEGIN (PGP|SSH) SIGNATURE-----/);
  return [
    { payload: Buffer.from(commit.replace(header[0], '\n'), 'latin1'), signature: header[1].replaceAll('\n ', '\n') },
    { payload: Buffer.from(tag.slice(0, start), 'latin1'), signature: tag.slice(start) },
  ];
}

describe('SSH', { skip: hasSshKeygen ? false : 'ssh-keygen is not installed' }, () => {
  const types = [
    ['ed25519', []],
    ['ecdsa', ['-b', '256']],
    ['ecdsa', ['-b', '384']],
    ['ecdsa', ['-b', '521']],
    ['rsa', ['-b', '2048']],
  ] as const;
  const forms = [
    ['OpenSSH', []],
    ['PEM', ['-m', 'PEM']],
    ['PKCS8', ['-m', 'PKCS8']],
  ] as const;

  for (const [type, size] of types) {
    for (const [form, format] of forms) {
      for (const passphrase of ['', PASSPHRASE]) {
        const locked = passphrase === '' ? '' : ' with a passphrase';
        test(`ssh-keygen verifies a signature by a key in the form ${[type, ...size.slice(1), form].join(' ')}${locked}`, async () => {
          const file = inFolder([type, ...size, form, locked].join('').replaceAll(' ', ''));
          run('ssh-keygen', ['-q', '-t', type, ...size, ...format, '-N', passphrase, '-f', file]);
          const publicKey = readFileSync(`${file}.pub`, 'utf8');
          const payload = Buffer.from(`payload of ${file}`);
          const signature = await (await signWithSsh(readFileSync(file, 'utf8'), passphrase))(payload);
          writeFileSync(`${file}.sig`, signature);
          writeFileSync(`${file}.allowed`, `flux@example.com ${publicKey}`);
          const verify = ['-Y', 'verify', '-f', `${file}.allowed`, '-I', 'flux@example.com', '-n', 'git', '-s', `${file}.sig`];
          const said = run('ssh-keygen', verify, { input: payload }).toString();
          const { keyId } = await verifySignature(payload, signature, { pgp: [], ssh: [publicKey] });
          assert.match(said, /^Good "git" signature for flux@example\.com/);
          assert.ok(said.includes(keyId), `${said} does not name ${keyId}`);
          assert.throws(() => run('ssh-keygen', verify, { input: Buffer.from('changed') }));
        });
      }
    }
  }

  test('git verifies a commit that was signed and pushed, and we verify it when it is fetched', async () => {
    const file = inFolder('push');
    run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
    const publicKey = readFileSync(`${file}.pub`, 'utf8');
    const { repository, commit, remote } = await pushSigned('ssh/fleet', await signWithSsh(readFileSync(file, 'utf8'), ''));
    writeFileSync(inFolder('allowed'), `flux@example.com ${publicKey}`);
    const git = (...args: string[]) =>
      run('git', ['-c', `gpg.ssh.allowedSignersFile=${inFolder('allowed')}`, ...args], { cwd: repository });
    git('verify-commit', commit);
    assert.equal(git('log', '-1', '--format=%G? %GS', commit).toString().trim(), 'G flux@example.com');
    const fetched = (await fetchTree(remote, commit)).commit;
    assert.ok(fetched.signature !== undefined && fetched.signedPayload !== undefined);
    const keys = { pgp: [], ssh: [publicKey] };
    const { keyId } = await verifySignature(fetched.signedPayload, fetched.signature, keys, { what: 'commit' });
    assert.equal(git('log', '-1', '--format=%GK', commit).toString().trim(), keyId);
  });

  for (const [type, size] of types) {
    test(`verifySignature() verifies what git signed with a key of ${[type, ...size.slice(1)].join(' ')}`, async () => {
      const file = inFolder(`theirs-${[type, ...size].join('')}`);
      run('ssh-keygen', ['-q', '-t', type, ...size, '-N', '', '-f', file]);
      const keys = { pgp: [], ssh: [readFileSync(`${file}.pub`, 'utf8')] };
      const fingerprint = run('ssh-keygen', ['-l', '-f', `${file}.pub`])
        .toString()
        .split(' ')[1];
      for (const { payload, signature } of signWithGit(['gpg.format=ssh', `user.signingKey=${file}`])) {
        assert.deepEqual(await verifySignature(payload, signature, keys), { keyId: fingerprint });
        await assert.rejects(verifySignature(Buffer.concat([payload, Buffer.from('x')]), signature, keys), {
          code: 'signature/not-verified',
        });
      }
    });
  }
});

describe('OpenPGP', { skip: hasGpg ? false : 'gpg is not installed' }, () => {
  const algorithms = ['ed25519', 'nistp256', 'rsa2048'] as const;

  for (const algorithm of algorithms) {
    for (const passphrase of ['', PASSPHRASE]) {
      const locked = passphrase === '' ? '' : ' with a passphrase';
      test(`gpg and git verify what a key of ${algorithm}${locked} signed, and the other way around`, async () => {
        const user = `${algorithm}${passphrase === '' ? '' : '-locked'}@example.com`;
        const secret = ['--batch', '--pinentry-mode', 'loopback', '--passphrase', passphrase];
        run('gpg', [...secret, '--quick-generate-key', `Flux <${user}>`, algorithm, 'sign', '1d']);
        const keyRing = run('gpg', [...secret, '--export-secret-keys', user]);
        const publicKey = run('gpg', ['--export', '--armor', user]).toString();
        const keyId =
          /^pub:(?:[^:]*:){3}([0-9A-F]{16}):/m.exec(run('gpg', ['--list-keys', '--with-colons', user]).toString())?.[1] ?? '';
        const armored = run('gpg', [...secret, '--armor', '--export-secret-keys', user]);

        for (const ring of [keyRing, armored]) {
          const payload = Buffer.from('payload\r\nof two lines\n');
          const signature = await (await signWithOpenPgp({ keyRing: ring, passphrase, keyId }))(payload);
          writeFileSync(inFolder('detached.asc'), signature);
          const status = run('gpg', ['--status-fd', '1', '--verify', inFolder('detached.asc'), '-'], {
            input: payload,
          }).toString();
          assert.match(status, new RegExp(`GOODSIG ${keyId}`));
        }

        const sign = await signWithOpenPgp({ keyRing, passphrase, keyId: `0x${keyId}` });
        const { repository, commit, remote } = await pushSigned(`gpg/${user}`, sign);
        run('git', ['verify-commit', commit], { cwd: repository });
        const fetched = (await fetchTree(remote, commit)).commit;
        assert.ok(fetched.signature !== undefined && fetched.signedPayload !== undefined);
        const keys = { pgp: [publicKey], ssh: [] };
        assert.deepEqual(await verifySignature(fetched.signedPayload, fetched.signature, keys), { keyId });

        if (passphrase !== '') return;
        for (const { payload, signature } of signWithGit([`user.signingKey=${keyId}`])) {
          assert.deepEqual(await verifySignature(payload, signature, keys), { keyId });
          await assert.rejects(verifySignature(Buffer.concat([payload, Buffer.from('x')]), signature, keys), {
            code: 'signature/not-verified',
          });
        }
      });
    }
  }
});
