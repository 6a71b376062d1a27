import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { formatTable } from '../../lib/cli/format-table.ts';
import type { FlagValues } from '../../lib/cli/flags.ts';
import type { Output } from '../../lib/cli/output.ts';
import type { Context } from '../../lib/context.ts';
import { FluxError, isFluxError } from '../../lib/core/errors.ts';
import type { FluxKind } from '../../lib/core/kinds.ts';
import { getObjects, objectView, sortRows } from '../../lib/features/objects/index.ts';
import { GET_FLAGS, GET_OUTPUTS, getOptionsOf } from './get-flags.ts';

/**
 * The command that shows several kinds at once.
 *
 * @param what names them in the summary: `sources`
 * @param command what the user types behind `get`
 * @param word names them in a refusal
 */
export function getSeveralCommand(what: string, command: string, word: string, kinds: readonly FluxKind[]): AnyCommand {
  return defineCommand({
    summary: `Show all ${what} and whether they are ready`,
    examples: [{ description: 'In all namespaces', command: `flux-ts get ${command} -A` }],
    args: [{ name: 'name' }],
    flags: GET_FLAGS,
    outputs: GET_OUTPUTS,
    run: ({ args, flags, context }) => getSeveral(kinds, word, args[0], flags, context),
  });
}

/**
 * `get` of several kinds: a table each, for those that have objects; a kind that the cluster does not serve has none.
 *
 * Source: fluxcd/flux2 cmd/flux/get_all.go
 * Differs: a cluster that cannot be reached, and a name that no kind has, are errors; upstream exits 0.
 */
async function getSeveral(
  kinds: readonly FluxKind[],
  word: string,
  name: string | undefined,
  flags: FlagValues<typeof GET_FLAGS>,
  context: Context,
): Promise<Output> {
  if (flags.watch) {
    throw new FluxError('usage/bad-value', `expected a single resource type, but found ${word}`, {
      hint: 'watch one kind, such as: flux-ts get kustomizations -w',
    });
  }
  const options = await getOptionsOf(name, flags, context);
  const kube = await context.kube();
  const found = await Promise.all(
    kinds.map(async (kind) => {
      try {
        return { kind, rows: sortRows(await getObjects(kind, options, kube), flags['sort-by']) };
      } catch (error) {
        if (isFluxError(error, 'kube/unknown-kind') || isFluxError(error, 'objects/not-found')) return { kind, rows: undefined };
        throw error;
      }
    }),
  );
  if (name !== undefined && found.every(({ rows }) => rows === undefined)) {
    const where = options.namespace === undefined ? 'any' : JSON.stringify(options.namespace);
    const mend = options.namespace === undefined ? {} : { hint: 'look in all namespaces with -A' };
    throw new FluxError('objects/not-found', `no object '${name}' found in ${where} namespace`, mend);
  }
  const shown = found.flatMap(({ kind, rows = [] }) => (rows.length === 0 ? [] : [{ kind, rows }]));
  return {
    data: { items: shown.flatMap(({ rows }) => rows) },
    text: shown
      .map(({ kind, rows }) =>
        formatTable(objectView(kind, { allNamespaces: flags['all-namespaces'], namedByKind: true }), rows, {
          noHeader: flags['no-header'],
        }),
      )
      .join('\n'),
    names: shown.flatMap(({ kind, rows }) => rows.map((row) => `${kind.kind.toLowerCase()}.${kind.group}/${row.name}`)),
  };
}
