import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { boolean } from '../../lib/cli/flags.ts';
import { table } from '../../lib/cli/output.ts';
import type { FluxKind } from '../../lib/core/kinds.ts';
import { getObjects, objectView, sortRows, watchObjects } from '../../lib/features/objects/index.ts';
import { GET_FLAGS, GET_OUTPUTS, getOptionsOf } from './get-flags.ts';

/** `get` of one kind. */
export function getCommand(kind: FluxKind): AnyCommand {
  return defineCommand({
    summary: `Show ${kind.kind} objects and whether they are ready`,
    examples: [
      { description: `Those of one namespace`, command: `flux-ts get ${kind.getWords} -n apps` },
      {
        description: 'Those that are not ready, in all namespaces',
        command: `flux-ts get ${kind.getWords} -A --status-selector ready=false`,
      },
    ],
    aliases: kind.getAliases,
    args: [{ name: 'name' }],
    flags: {
      ...GET_FLAGS,
      'show-source': boolean({
        description: 'adds the source',
        hidden: kind.kind !== 'Kustomization' && kind.kind !== 'HelmRelease',
      }),
    },
    outputs: GET_OUTPUTS,
    async run({ args, flags, given, context }) {
      const options = await getOptionsOf(args[0], flags, context);
      const kube = await context.kube();
      const columns = objectView(kind, { allNamespaces: flags['all-namespaces'], showSource: flags['show-source'] });
      if (flags.watch) {
        const { signal } = context.host;
        // Watching has no end of its own, unless one was asked for.
        const stream = given.has('timeout')
          ? endInTime(watchObjects(kind, options, kube, context.signal), context.signal, signal)
          : watchObjects(kind, options, kube, signal);
        return { stream, view: table(columns, [], flags['no-header']) };
      }
      const items = sortRows(await getObjects(kind, options, kube), flags['sort-by']);
      return {
        data: { items },
        view: table(columns, items, flags['no-header']),
        names: items.map((row) => `${kind.kind.toLowerCase()}.${kind.group}/${row.name}`),
      };
    },
  });
}

/** Fails when the time is over, and ends without a word when somebody ends it. */
async function* endInTime<T>(rows: AsyncIterable<T>, limit: AbortSignal, stop: AbortSignal): AsyncGenerator<T, void, void> {
  yield* rows;
  if (limit.aborted && !stop.aborted) throw limit.reason;
}
