import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { killDrive } from '../kill/kill-drive.ts';
import { applyDefinitions } from '../support/apply-definitions.ts';
import { connectKube } from '../support/connect-kube.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { PACKAGE_DIR } from '../support/run-cli.ts';
import { type TestSandbox, useSandbox } from '../support/sandbox.ts';

describe('driving processes that are killed', { timeout: 300_000 }, () => {
  let sandbox: TestSandbox;
  let kube: KubeClient;
  let git: GitServer;

  before(async () => {
    sandbox = await useSandbox();
    kube = await connectKube(sandbox.kubeconfigPath);
    await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
    git = await startGitServer();
  });

  after(async () => {
    await git?.close();
    await kube?.close();
    await sandbox?.close();
  });

  it('leave nothing untracked, and the next run makes it as if nothing had been', async (t) => {
    const { kubeconfigPath } = sandbox;
    const say = (line: string): void => t.diagnostic(line);
    const report = await killDrive({ runs: 8, seed: 1, root: PACKAGE_DIR, kube, kubeconfigPath, git, waitEvery: 0, say });
    assert.deepEqual(report.failures, []);
    assert.ok(report.killed >= 8, `${report.killed} were killed`);
  });
});
