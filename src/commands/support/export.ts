import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { boolean } from '../../lib/cli/flags.ts';
import { documents } from '../../lib/cli/documents.ts';
import type { FluxKind } from '../../lib/core/kinds.ts';
import { exportObjects } from '../../lib/features/objects/index.ts';
import { bulkFlags } from './bulk-flags.ts';

/** `export` of one kind. */
export function exportCommand(kind: FluxKind): AnyCommand {
  const isSource = kind.words.startsWith('source ');
  return defineCommand({
    summary: `Print ${kind.kind} objects as YAML that can be committed`,
    examples: [
      {
        description: 'All of a namespace, into a file',
        command: `flux-ts export ${kind.words} --all -n apps > ${kind.plural}.yaml`,
      },
    ],
    aliases: kind.aliases,
    args: [{ name: 'name' }],
    flags: {
      ...bulkFlags('exports'),
      'with-credentials': boolean({ description: 'adds the secret that the source uses', hidden: !isSource }),
    },
    outputs: ['yaml', 'json'],
    async run({ args, flags, context }) {
      const objects = await exportObjects(
        kind,
        {
          namespace: await context.namespace(),
          ...(args[0] === undefined ? {} : { name: args[0] }),
          all: flags.all,
          allNamespaces: flags['all-namespaces'],
          labelSelector: flags['label-selector'],
          withCredentials: flags['with-credentials'],
        },
        await context.kube(),
      );
      return documents(objects);
    },
  });
}
