import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type ConnectOptions, type KubeClient, loadKubeconfig } from '../../src/lib/engine/kube/index.ts';

/** Makes a client of the API server that a kubeconfig names. The caller closes it. */
export async function connectKube(
  kubeconfigPath: string,
  options: Pick<ConnectOptions, 'discoveryStore'> = {},
): Promise<KubeClient> {
  const env = process.env;
  const readText = async (path: string) => {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  };
  const connection = await loadKubeconfig({
    env,
    homeDir: homedir(),
    readFile: readText,
    flags: { kubeconfig: kubeconfigPath },
  });
  const clock = {
    now: () => Date.now(),
    sleep: async (ms: number, signal?: AbortSignal) => {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    },
  };
  return connect(connection, { clock, readFile: readText, env, ...options });
}
