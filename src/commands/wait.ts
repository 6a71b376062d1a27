import { type AnyCommand, defineCommand } from '../lib/cli/command.ts';
import { boolean, string } from '../lib/cli/flags.ts';
import { table } from '../lib/cli/output.ts';
import { REVISION_VIEW, waitForRevision } from '../lib/features/objects/index.ts';

/** The Kustomization that bootstrap makes. */
const ROOT = 'flux-system';

const command: AnyCommand = defineCommand({
  summary: 'Wait until a commit has been applied',
  description:
    'Watches a Kustomization until it has applied the commit and is ready. With --recursive the Kustomizations and HelmReleases that it has applied are waited for as well, those that depend on it, and so on; what comes from another source has to be ready. A failure on that commit, a stalled object and a suspended one end the wait at once.',
  examples: [
    { description: 'In a pipeline, after a push', command: 'flux-ts wait --revision $(git rev-parse HEAD) --recursive' },
    { description: 'One Kustomization', command: 'flux-ts wait web -n apps --revision main@sha1:51d0c2e4' },
  ],
  args: [{ name: 'name', description: 'Kustomization (default: flux-system)' }],
  flags: {
    recursive: boolean({ description: 'waits for all that it applies and all that depends on it, too' }),
    revision: string({ description: 'commit, the beginning of one, or a revision as Flux writes it' }),
  },
  outputs: ['table', 'json', 'yaml', 'name'],
  timeLimit: 'own',
  async run({ args, flags, global, context }) {
    const limit = global.timeout > 0 ? [AbortSignal.timeout(global.timeout)] : [];
    const { error, ...data } = await waitForRevision(
      {
        namespace: await context.namespace(),
        name: args[0] ?? ROOT,
        revision: flags.revision,
        recursive: flags.recursive,
        progress: context.progress,
        signal: AbortSignal.any([context.signal, ...limit]),
      },
      await context.kube(),
    );
    return {
      data,
      view: table(REVISION_VIEW, data.objects),
      names: data.objects.map(({ kind, namespace, name }) => `${kind.toLowerCase()}/${namespace}/${name}`),
      ...(error === undefined ? {} : { error }),
    };
  },
});
export default command;
