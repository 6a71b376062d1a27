import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { boolean, keyValues, string, strings } from '../../lib/cli/flags.ts';
import { FluxError } from '../../lib/core/errors.ts';
import { buildKustomization, formatManifests } from '../../lib/features/build/index.ts';

const command: AnyCommand = defineCommand({
  summary: 'Print what a Kustomization builds from a local folder',
  description:
    'The spec is taken from the cluster, or from the file where one is named; substituteFrom is read from the cluster. Files of the folder are never changed.',
  examples: [
    { description: 'With the Kustomization of the cluster', command: 'flux-ts build kustomization web --path=./deploy' },
    {
      description: 'Without a cluster, as in CI',
      command: 'flux-ts build kustomization web --path=./deploy --kustomization-file=./web.yaml --dry-run --strict-substitute',
    },
    {
      description: 'With the Kustomizations that are among the objects',
      command:
        'flux-ts build kustomization flux-system --path=./clusters/prod -r --local-sources=GitRepository/flux-system/flux-system=./',
    },
  ],
  aliases: ['ks'],
  args: [{ name: 'name', required: true }],
  flags: {
    path: string({ description: 'folder with the manifests; it stands for spec.path' }),
    'kustomization-file': string({ description: 'file with the Kustomization, instead of that of the cluster' }),
    'dry-run': boolean({ description: 'leaves the cluster alone: variables are those of the file only' }),
    'strict-substitute': boolean({ description: 'fails where a variable has neither a value nor a default, as in the cluster' }),
    'ignore-paths': strings({ description: 'what to leave out, in the form of .sourceignore; can be repeated' }),
    recursive: boolean({ short: 'r', description: 'builds the Kustomizations among the objects, too' }),
    'local-sources': keyValues({ description: 'folder of each source of theirs: Kind/namespace/name=FOLDER; can be repeated' }),
    'in-memory-build': boolean({ description: 'has no effect: files are never changed' }),
  },
  outputs: ['yaml', 'json', 'name'],
  async run({ args, flags, context }) {
    const [name] = args;
    if (name === undefined) {
      throw new FluxError('build/name-missing', 'kustomization name is required', {
        hint: 'flux-ts build kustomization NAME --path=FOLDER',
      });
    }
    const objects = await buildKustomization(
      {
        namespace: await context.namespace(),
        name,
        path: flags.path,
        file: flags['kustomization-file'],
        dryRun: flags['dry-run'],
        strictSubstitution: flags['strict-substitute'],
        ignorePaths: flags['ignore-paths'],
        recursive: flags.recursive,
        localSources: flags['local-sources'],
      },
      {
        cwd: context.host.cwd,
        openFolder: context.openFolder,
        readTextFile: context.readTextFile,
        openCluster: () => context.kube(),
        progress: context.progress,
      },
    );
    return {
      text: formatManifests(objects),
      data: { apiVersion: 'v1', kind: 'List', items: objects },
      names: objects.map((object) => `${object.kind.toLowerCase()}/${object.metadata.name}`),
      manifests: true,
    };
  },
});
export default command;
