import { boolean, type Flag, string } from '../../lib/cli/flags.ts';
import type { Context } from '../../lib/context.ts';
import type { FluxKind } from '../../lib/core/kinds.ts';
import type { Selection } from '../../lib/features/objects/index.ts';

/** The flags of a verb that can be for many objects. */
export interface BulkFlags {
  readonly all: Flag<boolean>;
  readonly 'all-namespaces': Flag<boolean>;
  readonly 'label-selector': Flag<string>;
}

/**
 * The flags by which a verb is for many objects at once.
 *
 * @param verb what it does, as in "suspends every one of the namespace"
 */
export function bulkFlags(verb: string): BulkFlags {
  return {
    all: boolean({ description: `${verb} every one of the namespace` }),
    'all-namespaces': boolean({ short: 'A', description: 'with --all or --label-selector: those of all namespaces' }),
    'label-selector': string({ short: 'l', description: `${verb} those with these labels` }),
  };
}

/** Which objects the words and flags are for. */
export async function selectionOf(
  names: readonly string[],
  flags: { readonly all: boolean; readonly 'all-namespaces': boolean; readonly 'label-selector': string },
  context: Context,
): Promise<Selection> {
  return {
    namespace: await context.namespace(),
    names,
    all: flags.all,
    allNamespaces: flags['all-namespaces'],
    labelSelector: flags['label-selector'],
  };
}

/** True where the flags mean more than what is named. */
export function isBulk(flags: {
  readonly all: boolean;
  readonly 'all-namespaces': boolean;
  readonly 'label-selector': string;
}): boolean {
  return flags.all || flags['all-namespaces'] || flags['label-selector'] !== '';
}

/** The name of an object for `-o name`. */
export function nameOf(kind: FluxKind, name: string): string {
  return `${kind.kind.toLowerCase()}.${kind.group}/${name}`;
}
