import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import type { FluxKind } from '../../lib/core/kinds.ts';
import { suspendObjects } from '../../lib/features/objects/index.ts';
import { bulkFlags, selectionOf } from './bulk-flags.ts';

/** `suspend` of one kind. */
export function suspendCommand(kind: FluxKind): AnyCommand {
  return defineCommand({
    summary: `Suspend ${kind.kind} objects: they are not reconciled until resumed`,
    examples: [{ description: 'Suspend two of them', command: `flux-ts suspend ${kind.words} web api -n apps` }],
    aliases: kind.aliases,
    args: [{ name: 'name', variadic: true }],
    flags: { ...bulkFlags('suspends') },
    outputs: ['table', 'json', 'yaml', 'name'],
    async run({ args, flags, context }) {
      const selection = await selectionOf(args, flags, context);
      const items = await suspendObjects(kind, selection, await context.kube(), context.progress);
      return { data: { items }, names: items.map((item) => `${kind.kind.toLowerCase()}.${kind.group}/${item.name}`) };
    },
  });
}
