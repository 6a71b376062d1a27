import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../src/lib/core/errors.ts';
import type { Progress } from '../../src/lib/core/progress.ts';
import { findBinaries, KUBERNETES_VERSION } from '../../src/lib/engine/controlplane/index.ts';
import { KUSTOMIZE_VERSION } from '../../src/lib/engine/kustomize/index.ts';
import { hostOfProcess } from '../../src/lib/features/sandbox/host-of-process.ts';
import { kubernetesCache } from '../../src/lib/features/sandbox/sandbox-paths.ts';

/** The original, to compare with. */
export interface Original {
  readonly program: string;
  /** Its words before the directory. */
  readonly words: readonly string[];
  /** What it is called in tables. */
  readonly name: string;
}

/**
 * Finds the original: `$KUSTOMIZE`, else the sandbox's kubectl, else the kubectl on the PATH.
 *
 * Effects: runs it to ask for its version; may download or build kubectl
 *
 * @throws {Error} none was found, or it is of another version than the one that is followed
 */
export async function findKustomize(progress: Progress): Promise<Original> {
  const own = process.env['KUSTOMIZE'] ?? '';
  const found = own === '' ? await findKubectl(progress) : { program: own, words: ['build'], name: 'kustomize build' };
  const asked = own === '' ? ['version', '--client'] : ['version'];
  const version = /v\d+\.\d+\.\d+\S*\s*$/.exec(execFileSync(found.program, asked, { encoding: 'utf8' }))?.[0].trim();
  if (version !== KUSTOMIZE_VERSION)
    throw new Error(`${found.program} has kustomize ${version ?? 'of an unknown version'}, ${KUSTOMIZE_VERSION} is wanted`);
  return found;
}

async function findKubectl(progress: Progress): Promise<Original> {
  const common = { words: ['kustomize'], name: 'kubectl kustomize' };
  try {
    const { paths } = await findBinaries(
      {
        names: ['kubectl'],
        version: KUBERNETES_VERSION,
        cacheRoot: kubernetesCache({ env: process.env, homeDir: homedir() }),
        toolsDir: fileURLToPath(new URL('../../tools', import.meta.url)),
        progress,
      },
      hostOfProcess(process.env),
    );
    if (paths.kubectl !== undefined) return { program: paths.kubectl, ...common };
  } catch (error) {
    progress.warning(`no kubectl for the sandbox, so the one on the PATH is used: ${messageOf(error)}`);
  }
  return { program: 'kubectl', ...common };
}
