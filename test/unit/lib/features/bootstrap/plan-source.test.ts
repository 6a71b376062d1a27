import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { type BootstrapOptions, DEFAULT_BOOTSTRAP_OPTIONS } from '../../../../../src/lib/features/bootstrap/options.ts';
import { planSource } from '../../../../../src/lib/features/bootstrap/plan-source.ts';

const plan = (change: Partial<BootstrapOptions>) => planSource({ ...DEFAULT_BOOTSTRAP_OPTIONS, ...change });
const refuses = (change: Partial<BootstrapOptions>, code: string, message: RegExp): void => {
  assert.throws(
    () => plan(change),
    (error) => isFluxError(error, code) && message.test(error.message),
  );
};

describe('planSource()', () => {
  it('takes an ssh URL as it is', () => {
    const url = 'ssh://git@git.example.com:2222/platform/fleet';
    assert.deepEqual(plan({ url }), { url, login: 'ssh', ssh: { host: 'git.example.com', port: 2222 } });
  });

  it('lets the cluster use ssh where we use https', () => {
    const { url, ssh } = plan({ url: 'https://git.example.com/o/r.git', password: 'x' });
    assert.equal(url, 'ssh://git@git.example.com/o/r.git');
    assert.deepEqual(ssh, { host: 'git.example.com', port: 22 });
  });

  it('uses the user that was given, else that of the URL', () => {
    assert.equal(plan({ url: 'ssh://me@h/r' }).url, 'ssh://me@h/r');
    assert.equal(plan({ url: 'ssh://me@h/r', username: 'you' }).url, 'ssh://you@h/r');
    assert.equal(plan({ url: 'ssh://h/r' }).url, 'ssh://git@h/r');
  });

  it('uses another host for ssh on demand', () => {
    const planned = plan({ url: 'https://h/r', sshHostname: 'ssh.h:443' });
    assert.deepEqual([planned.url, planned.ssh], ['ssh://git@ssh.h:443/r', { host: 'ssh.h', port: 443 }]);
  });

  it('lets the cluster use https with a token, without user and without the port of ssh', () => {
    const token = { tokenAuth: true, password: 'x' };
    assert.deepEqual(plan({ ...token, url: 'https://me@h:8443/r' }), { url: 'https://h:8443/r', login: 'basic' });
    assert.equal(plan({ ...token, url: 'ssh://git@h:2222/r' }).url, 'https://h/r');
    assert.equal(plan({ ...token, withBearerToken: true, url: 'https://h/r' }).login, 'bearer');
  });

  it('never writes a password down', () => {
    const url = 'https://me:s3cret@h/r';
    assert.ok(!plan({ url }).url.includes('s3cret'));
    assert.ok(!plan({ url, tokenAuth: true, password: 'x' }).url.includes('s3cret'));
  });

  it('takes http only with consent', () => {
    refuses({ url: 'http://h/r' }, 'bootstrap/insecure-http', /^scheme http is insecure, pass --allow-insecure-http=true/);
    const { url } = plan({ url: 'http://h/r', allowInsecureHttp: true, tokenAuth: true, password: 'x' });
    assert.equal(url, 'http://h/r');
  });

  it('refuses what is no URL of a repository', () => {
    refuses({ url: '' }, 'bootstrap/bad-url', /^url is required$/);
    refuses({ url: 'git@h:o/r.git' }, 'bootstrap/bad-url', /cannot be read/);
    refuses({ url: 'https://h/' }, 'bootstrap/bad-url', /cannot be read/);
    refuses({ url: 'ftp://h/r' }, 'bootstrap/bad-url', /^scheme "ftp" is not supported$/);
  });

  it('refuses what AWS CodeCommit does not take', () => {
    const host = 'git-codecommit.eu-west-1.amazonaws.com/v1/repos/r';
    refuses({ url: `ssh://${host}` }, 'bootstrap/codecommit', /ssh username should be specified/);
    refuses({ url: `ssh://git@${host}` }, 'bootstrap/codecommit', /should be the SSH key ID/);
    refuses({ url: `ssh://KEY@${host}` }, 'bootstrap/codecommit', /private key file is required/);
    assert.equal(plan({ url: `ssh://KEY@${host}`, privateKey: 'x' }).login, 'ssh');
  });

  it('lets the cluster be an app with the keys of one, where it would have a token', () => {
    const app = { url: 'https://github.com/o/r.git', password: 'x', appSecret: { githubAppID: '7' } };
    assert.deepEqual(plan({ ...app, tokenAuth: true }), { url: app.url, login: 'app', provider: 'github' });
    assert.equal(plan(app).login, 'ssh');
  });

  it('lets the cluster log in to a cloud, without anybody in the URL', () => {
    const url = 'https://dev.azure.com/org/project/_git/fleet';
    const wanted = { url, login: 'cloud', provider: 'azure' };
    assert.deepEqual(plan({ url: url.replace('//', '//org@'), provider: 'azure' }), wanted);
    assert.deepEqual(plan({ url, provider: 'azure', password: 'ours' }), wanted);
    const commit = 'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/r';
    assert.deepEqual(plan({ url: commit, provider: 'aws' }), { url: commit, login: 'cloud', provider: 'aws' });
    assert.deepEqual(plan({ url: commit }), plan({ url: commit, provider: 'aws' }), 'as flux has it');
    assert.equal(plan({ url: commit, tokenAuth: true, password: 'x' }).login, 'basic');
  });

  it('refuses a repository that is none of the cloud', () => {
    for (const url of [
      'https://github.com/o/r',
      'ssh://git@ssh.dev.azure.com/v3/o/p/r',
      'https://dev.azure.com.evil.test/o/_git/r',
    ]) {
      refuses({ url, provider: 'azure' }, 'cloud/bad-git-url', /^invalid Azure DevOps Git URL/);
    }
    refuses({ url: 'https://git-codecommit.evil.test/v1/amazonaws.com', provider: 'aws' }, 'cloud/bad-git-url', /CodeCommit/);
  });
});
