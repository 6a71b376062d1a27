import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type SandboxPorts, sandboxDown, sandboxUp } from '../../src/lib/features/sandbox/index.ts';
import { killDrive } from '../../test/kill/kill-drive.ts';
import { applyDefinitions } from '../../test/support/apply-definitions.ts';
import { connectKube } from '../../test/support/connect-kube.ts';
import { startGitServer } from '../../test/support/git-server.ts';
import { buildBundle } from '../build-bundle.ts';
import { TELL } from '../e2e-steps.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string' },
    'wait-every': { type: 'string', default: '40' },
  },
});
const runs = Number(values.runs);
const waitEvery = Number(values['wait-every']);
const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
if (!(runs > 0) || !Number.isSafeInteger(seed) || !Number.isSafeInteger(waitEvery)) {
  process.stderr.write('✗ --runs takes a number above 0, --seed and --wait-every take whole numbers\n');
  process.exitCode = 1;
} else {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  await buildBundle(root);
  const state = mkdtempSync(join(tmpdir(), 'flux-ts-kill-'));
  const ports: SandboxPorts = {
    env: { ...process.env, XDG_STATE_HOME: state },
    homeDir: homedir(),
    progress: TELL,
    toolsDir: join(root, 'tools'),
  };
  const git = await startGitServer();
  try {
    const { kubeconfig } = await sandboxUp({ name: 'kill' }, ports);
    const kube = await connectKube(kubeconfig);
    try {
      await applyDefinitions(kube, ['source-controller', 'kustomize-controller']);
      process.stderr.write(`► kill: ${runs} driving processes, seeds from ${seed}\n`);
      const say = (line: string): void => void process.stderr.write(`${line}\n`);
      const report = await killDrive({ runs, seed, root, kube, kubeconfigPath: kubeconfig, git, waitEvery, say });
      const { histories, killed, survived, waited, failures } = report;
      process.stdout.write(
        `${killed} killed over ${histories} histories, ${survived} were over before, ${waited} waited for the Leases, ${failures.length} failures\n`,
      );
      if (failures.length > 0) process.exitCode = 1;
    } finally {
      await kube.close();
    }
  } finally {
    await git.close();
    await sandboxDown({ name: 'kill' }, ports);
    rmSync(state, { recursive: true, force: true });
  }
}
