import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gitEnvironment } from '../../support/git-server.ts';
import { type CliRun, runCli } from '../../support/run-cli.ts';

const KUSTOMIZATION = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: web, namespace: apps}
spec: {interval: 10m, path: ./deploy, prune: true, serviceAccountName: dev-team, targetNamespace: apps, sourceRef: {kind: GitRepository, name: team}}
`;
const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
const MINTING = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: minting}
rules: [{apiGroups: [""], resources: [serviceaccounts/token], verbs: [create]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: minting}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: minting}
subjects: [{kind: ServiceAccount, name: x, namespace: apps}]
`;

describe('the rbac commands without a cluster', () => {
  let cwd: string;
  const cli = (...argv: string[]): Promise<CliRun> => runCli(argv, { cwd });
  const git = (...args: string[]): string => execFileSync('git', args, { cwd, env: gitEnvironment() }).toString();
  const fails = async (argv: string[], pattern: RegExp, code = 1): Promise<void> => {
    const run = await cli(...argv);
    assert.equal(run.code, code, run.stderr);
    assert.match(run.stderr, pattern);
    assert.equal(run.stdout, '');
  };

  before(() => {
    cwd = mkdtempSync(join(tmpdir(), 'flux-ts-rbac-'));
    mkdirSync(join(cwd, 'deploy'));
    writeFileSync(join(cwd, 'web.yaml'), KUSTOMIZATION);
    writeFileSync(join(cwd, 'rbac.yaml'), MINTING);
    writeFileSync(join(cwd, 'deploy/all.yaml'), configMap('one'));
    git('init', '--quiet', '--initial-branch=main');
    git('add', '--all');
    git('commit', '--quiet', '-m', 'One');
    writeFileSync(join(cwd, 'deploy/all.yaml'), configMap('two'));
    git('commit', '--quiet', '--all', '-m', 'Two');
  });
  after(() => rmSync(cwd, { recursive: true, force: true }));

  it('rbac role prints a role from files, its name read from them too', async () => {
    const run = await cli('rbac', 'role', 'ks', '--path=deploy', '--kustomization-file=web.yaml');
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /^ {2}name: flux:apps:web$/m);
    assert.match(run.stdout, /^ {2}resourceNames:\n {2}- two$/m);
    for (const headroom of ['--headroom', '--headroom=kinds', '--headroom=true']) {
      assert.doesNotMatch(
        (await cli('rbac', 'role', 'ks', '--path=deploy', '--kustomization-file=web.yaml', headroom)).stdout,
        /two/,
      );
    }
    const apart = await cli('rbac', 'role', 'ks', '--headroom', 'kinds', 'web', '--path=deploy', '--kustomization-file=web.yaml');
    assert.doesNotMatch(apart.stdout, /two/);
    assert.match(
      (await cli('rbac', 'role', 'ks', '--path=deploy', '--kustomization-file=web.yaml', '--headroom=false')).stdout,
      /two/,
    );
  });

  it('rbac role says what is missing or does not fit: rbac/no-file, rbac/needs-cluster, usage/bad-value', async () => {
    await fails(['rbac', 'role', 'ks', 'web', '--path=deploy'], /--kustomization-file=FILE/);
    await fails(
      ['rbac', 'role', 'ks', 'web', '--kustomization-file=web.yaml', '--path=deploy', '--missing'],
      /no cluster is asked/,
    );
    await fails(['rbac', 'role', 'ks', 'web', '--headroom=names'], /invalid argument "names" for "--headroom" flag/);
  });

  it('rbac diff exits with 1 where more is needed, 0 where nothing is, 2 where it failed', async () => {
    const more = await cli('rbac', 'diff', '--kustomization-file=web.yaml', '--from=HEAD~1');
    assert.equal(more.code, 1, more.stderr);
    assert.match(more.stdout, /^\+ +get, patch, create, delete +configmaps +apps +two +ConfigMap\/apps\/two\n- .* one /m);
    const same = await cli('rbac', 'diff', '--kustomization-file=web.yaml', '--from=HEAD~1', '--headroom');
    assert.deepEqual([same.code, same.stdout], [0, '']);
    const markdown = await cli('rbac', 'diff', '--kustomization-file=web.yaml', '--from=HEAD~1', '--to=main', '-o', 'markdown');
    assert.match(markdown.stdout, /^### Rights of `Kustomization\/apps\/web`$/m);
    const json = JSON.parse((await cli('rbac', 'diff', '--kustomization-file=web.yaml', '--from=HEAD~1', '-o', 'json')).stdout);
    assert.equal(json.needsMore, true);
  });

  it('rbac diff tells failures apart: rbac/no-revision, rbac/outside-repository, rbac/no-file', async () => {
    await fails(['rbac', 'diff', '--kustomization-file=web.yaml'], /revision before the change is not named/, 2);
    await fails(['rbac', 'diff', 'web', '--from=main'], /revision after the change is not named/, 2);
    await fails(['rbac', 'diff', '--kustomization-file=/etc/hosts', '--from=main'], /is not in the repository/, 2);
    await fails(['rbac', 'diff', '--path=deploy', '--from=main'], /--kustomization-file=FILE/, 2);
    await fails(['rbac', 'diff', '--kustomization-file=web.yaml', '--from=nix'], /has no revision "nix"/, 2);
    await fails(['rbac', 'diff', '--nix'], /unknown flag/, 2);
  });

  it('rbac audit looks at files, in each form, and fails by --fail-on', async () => {
    const run = await cli('rbac', 'audit', '-f', 'rbac.yaml');
    assert.equal(run.code, 1);
    assert.match(
      run.stdout,
      /^high +R4 +ClusterRole\/minting +\S*rbac\.yaml:1 +ServiceAccount apps\/x may mint tokens of every account/m,
    );
    assert.match(run.stderr, /✗ the audit found 1 high/);
    const lenient = await cli('rbac', 'audit', '-f', 'rbac.yaml', '--fail-on=none', '-o', 'sarif');
    assert.equal(lenient.code, 0, lenient.stderr);
    assert.equal(JSON.parse(lenient.stdout).version, '2.1.0');
    assert.match((await cli('rbac', 'audit', '-f', 'rbac.yaml', '-o', 'markdown')).stdout, /^### R4 /m);
    writeFileSync(join(cwd, 'waivers.yaml'), '- {id: R4, subject: ClusterRole/minting, until: "2999-01-01", reason: known}\n');
    const waived = await cli('rbac', 'audit', '-f', 'rbac.yaml', '--waivers=waivers.yaml');
    assert.equal(waived.code, 0, waived.stderr);
    assert.match(waived.stdout, /^waived +R4 /m);
    await fails(['rbac', 'audit', '-f', 'rbac.yaml', '--fail-on=never'], /must be one of/);
  });
});
