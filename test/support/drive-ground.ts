import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { applyDefinitions } from './apply-definitions.ts';
import { connectKube } from './connect-kube.ts';
import { type GitServer, startGitServer } from './git-server.ts';
import { useSandbox } from './sandbox.ts';

/** A cluster that knows sources and Kustomizations, and a Git server. */
export interface DriveGround {
  readonly kube: KubeClient;
  readonly git: GitServer;
  close(): Promise<void>;
}

/** Opens the ground of a test of driven runs, on the sandbox that the files share. */
export async function openDriveGround(): Promise<DriveGround> {
  const sandbox = await useSandbox();
  const kube = await connectKube(sandbox.kubeconfigPath);
  await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
  const git = await startGitServer();
  return {
    kube,
    git,
    async close() {
      await git.close();
      await kube.close();
      await sandbox.close();
    },
  };
}
