import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Progress } from '../src/lib/core/progress.ts';
import { sandboxDown, type SandboxPorts, sandboxUp } from '../src/lib/features/sandbox/index.ts';
import { buildFluxControllers, type FluxControllerName } from '../test/support/flux-controllers.ts';
import { findGitea } from '../test/support/gitea.ts';
import { buildBundle } from './build-bundle.ts';
import { runTests, type TestCounts } from './run-tests.ts';
import type { Step } from './step.ts';

/** More than there are processors in a small machine: much of a test's time is waiting for a controller's next look. */
const FILES_AT_ONCE = 4;
/** What takes the longest begins first, so that none of it is left to run alone at the end. */
const LONG = [
  'twins',
  'bootstrap-gitea',
  'least-privilege-audited',
  'escape-table',
  'hand-over',
  'trigger-real-controllers',
  'twin-git-repository',
  'namespaced-audited',
  'no-secret-leaks',
  'rbac-minimal',
  'rbac-role-with-controllers',
  'twin-sops',
  'drive-through-faults',
  'sandbox-recovers',
];

/**
 * The steps of `npm run e2e`: the programs that the tests need, then the tests against a real API server. Files share one
 * sandbox and stay in namespaces of their own; those that change the whole cluster start another.
 *
 * @param files tests to run; empty means all
 * @param counted told of each run of tests
 * @param controllers those that the tests run; default: source- and kustomize-controller
 */
export function e2eSteps(
  root: string,
  files: readonly string[],
  counted: (counts: TestCounts) => void,
  controllers?: readonly FluxControllerName[],
): Step[] {
  return [
    { name: 'bundle', run: async () => void (await buildBundle(root)) },
    {
      name: "Flux's own controllers, for the tests that trigger them (built once, some minutes)",
      run: () => buildFluxControllers(TELL, controllers),
    },
    {
      name: 'Gitea, for the tests that bootstrap with a forge (built once, some minutes)',
      async run() {
        const found = await findGitea(TELL);
        if ('missing' in found) TELL.warning(`${found.missing}; these tests are left out`);
      },
    },
    {
      name: 'end-to-end tests on a real Kubernetes API server',
      async run() {
        const state = await mkdtemp(join(tmpdir(), 'flux-ts-e2e-'));
        const ports: SandboxPorts = {
          env: { ...process.env, XDG_STATE_HOME: state },
          homeDir: homedir(),
          progress: TELL,
          toolsDir: join(root, 'tools'),
        };
        try {
          const { kubeconfig } = await sandboxUp({ name: 'e2e' }, ports);
          const counts = await runTests({
            root,
            files: files.length === 0 ? ['test/e2e/**/*.e2e.test.ts', 'test/faults/*.e2e.test.ts'] : files,
            isolated: true,
            concurrency: FILES_AT_ONCE,
            first: LONG,
            env: { FLUX_TS_TEST_KUBECONFIG: kubeconfig },
            terse: false,
          });
          counted(counts);
          if (counts.failed > 0) throw new Error(`${counts.failed} tests failed`);
        } finally {
          await sandboxDown({ name: 'e2e' }, ports);
          await rm(state, { recursive: true, force: true });
        }
      },
    },
  ];
}

const write = (mark: string) => (text: string) => void process.stderr.write(`  ${mark} ${text}\n`);

/** The story of the preparations, indented below the step. */
export const TELL: Progress = {
  action: write('►'),
  generate: write('✚'),
  waiting: write('◎'),
  success: write('✔'),
  warning: write('⚠️ '),
  failure: write('✗'),
  detail: write('   '),
};
