import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { boolean, keyValues, string, strings } from '../../lib/cli/flags.ts';
import { table } from '../../lib/cli/output.ts';
import { FluxError } from '../../lib/core/errors.ts';
import { SILENT } from '../../lib/core/progress.ts';
import { DIFF_VIEW, diffKustomization, formatCounts, formatDiff, listChanges } from '../../lib/features/diff/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Show what a local folder would change in the cluster',
  description:
    'Builds as build kustomization does, and asks the API server what applying it would change, under the account that will apply it: spec.serviceAccountName. What leaves Git is listed as deleted where it would really go. Exits with 0 where nothing would change, with 1 where something would, and with 2 after a failure. Nothing is written.',
  examples: [
    { description: 'Before a commit', command: 'flux-ts diff kustomization web -n apps --path=./deploy' },
    {
      description: 'A whole cluster, for a script',
      command:
        'flux-ts diff kustomization flux-system --path=./clusters/prod -r --local-sources=GitRepository/flux-system/flux-system=./ -o json',
    },
    {
      description: 'One that is not in the cluster yet',
      command: 'flux-ts diff kustomization web --path=./deploy --kustomization-file=./web.yaml --ignore-not-found',
    },
  ],
  aliases: ['ks'],
  args: [{ name: 'name', required: true }],
  flags: {
    path: string({ description: 'folder with the manifests; it stands for spec.path' }),
    'kustomization-file': string({ description: 'file with the Kustomization, instead of that of the cluster' }),
    'ignore-not-found': boolean({ description: 'takes one that is not in the cluster for a new one; needs the file' }),
    'ignore-paths': strings({ description: 'what to leave out, in the form of .sourceignore; can be repeated' }),
    'strict-substitute': boolean({
      default: true,
      description: 'fails where a variable has neither a value nor a default, as in the cluster',
    }),
    recursive: boolean({ short: 'r', description: 'compares the Kustomizations among the objects, too' }),
    'local-sources': keyValues({ description: 'folder of each source of theirs: Kind/namespace/name=FOLDER; can be repeated' }),
    'as-caller': boolean({ description: 'compares with your own rights, rather than with those of the account' }),
    'default-service-account': string({ description: 'account that acts where the Kustomization names none' }),
    'progress-bar': boolean({ default: true, description: 'shows on a terminal what is being done' }),
    'in-memory-build': boolean({ description: 'has no effect: files are never changed' }),
  },
  outputs: ['table', 'json', 'yaml'],
  failureCode: 2,
  async run({ args, flags, context }) {
    const [name] = args;
    if (name === undefined) throw new FluxError('diff/name-missing', 'kustomization name is required');
    const account = flags['default-service-account'];
    const ports = await context.reconcilePorts();
    const { live: _live, ...withoutLive } = context.progress;
    const progress = flags['progress-bar'] ? context.progress : { ...SILENT, ...withoutLive };
    const { result, error } = await diffKustomization(
      {
        namespace: await context.namespace(),
        name,
        path: flags.path,
        file: flags['kustomization-file'],
        ignoreNotFound: flags['ignore-not-found'],
        strictSubstitution: flags['strict-substitute'],
        ignorePaths: flags['ignore-paths'],
        recursive: flags.recursive,
        localSources: flags['local-sources'],
        asCaller: flags['as-caller'],
        ...(account === '' ? {} : { defaultServiceAccount: account }),
      },
      { cwd: context.host.cwd, openFolder: context.openFolder, readTextFile: context.readTextFile, progress },
      { ...ports, progress },
    );
    if (error === undefined && result.changed) {
      progress.warning('identified at least one change, exiting with non-zero exit code');
    }
    return {
      data: result,
      pieces: formatDiff(result),
      summary: {
        title: `flux-ts diff kustomization ${name}: ${formatCounts(result)}`,
        table: table(DIFF_VIEW, listChanges(result)),
      },
      ...(error === undefined ? { exitCode: result.changed ? 1 : 0 } : { error }),
    };
  },
});
export default command;
