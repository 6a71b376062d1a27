import { applyDefinitions } from '../support/apply-definitions.ts';
import { type CliWorld, openCliWorld } from '../support/cli-world.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { useSandbox } from '../support/sandbox.ts';

/** Where commits are driven through a proxy: a cluster, a place for the command line, and a Git server. */
export interface FaultGround {
  /** Of an administrator who goes straight to the API server. */
  readonly kubeconfigPath: string;
  readonly world: CliWorld;
  readonly git: GitServer;
  close(): Promise<void>;
}

/** Opens the ground of a test of faults; `name` is the namespace of its command line. */
export async function openFaultGround(name: string): Promise<FaultGround> {
  const sandbox = await useSandbox();
  const world = await openCliWorld(sandbox.kubeconfigPath, name);
  await applyDefinitions(world.kube, ['source-controller', 'kustomize-controller']);
  const git = await startGitServer();
  return {
    kubeconfigPath: sandbox.kubeconfigPath,
    world,
    git,
    async close() {
      await git.close();
      await world.close();
      await sandbox.close();
    },
  };
}
