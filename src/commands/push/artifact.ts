import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { boolean, string, stringArray } from '../../lib/cli/flags.ts';
import { pushArtifact } from '../../lib/features/artifact/index.ts';
import { IGNORE_PATHS_FLAG, REGISTRY_FLAGS, registryChoiceOf } from '../support/registry-flags.ts';

const command: AnyCommand = defineCommand({
  summary: 'Pack a folder or a file and push it to an OCI registry',
  description:
    'Content that the registry has is not sent again, and a tag that has the same artifact already is left as it is. The login is that of `docker login`, unless --creds or --provider names another.',
  examples: [
    {
      description: 'From a checkout, named after the commit',
      command:
        'flux-ts push artifact oci://ghcr.io/org/config/app:$(git rev-parse --short HEAD) --path=./deploy --source="$(git config --get remote.origin.url)" --revision="$(git branch --show-current)@sha1:$(git rev-parse HEAD)"',
    },
    {
      description: 'For a signature, the name with the digest alone',
      command:
        'flux-ts push artifact oci://ghcr.io/org/config/app:v1.0.0 -f ./deploy --source=$URL --revision=v1.0.0@sha1:$SHA -o name',
    },
    {
      description: 'From what another program prints, with an annotation',
      command:
        'flux-ts kustomize ./deploy | flux-ts push artifact oci://ghcr.io/org/config/app:v1.0.0 -f - --source=$URL --revision=v1.0.0@sha1:$SHA -a org.opencontainers.image.licenses=Apache-2.0',
    },
  ],
  args: [{ name: 'oci-url', required: true }],
  flags: {
    ...REGISTRY_FLAGS,
    annotations: stringArray({ short: 'a', description: 'annotation, as key=value; can be repeated' }),
    debug: boolean({ description: 'has no effect: what is tried again is always told' }),
    'ignore-paths': IGNORE_PATHS_FLAG,
    path: string({ short: 'f', description: 'folder or file with the manifests; - is standard input' }),
    reproducible: boolean({ description: 'writes 1970 as the time, so that the same content gives the same digest' }),
    'resolve-symlinks': boolean({ description: 'packs what links lead to; without it links are left out' }),
    revision: string({ description: 'revision of the source: BRANCH|TAG@sha1:COMMIT' }),
    source: string({ description: 'where the content comes from, such as the URL of the repository' }),
  },
  outputs: ['table', 'json', 'yaml', 'name'],
  async run({ args, flags, context }) {
    const pushed = await pushArtifact(
      {
        ...registryChoiceOf(flags),
        url: args[0] ?? '',
        path: flags.path,
        source: flags.source,
        revision: flags.revision,
        annotations: flags.annotations,
        ignorePaths: flags['ignore-paths'],
        reproducible: flags.reproducible,
        resolveSymlinks: flags['resolve-symlinks'],
      },
      await context.artifactWorld(),
    );
    return { data: pushed, names: [`${pushed.repository}@${pushed.digest}`] };
  },
});
export default command;
