import { boolean, choice, type Flag, string } from '../../lib/cli/flags.ts';
import type { OutputFormat } from '../../lib/cli/output.ts';
import type { Context } from '../../lib/context.ts';
import { type GetOptions, SORT_KEYS, type SortKey } from '../../lib/features/objects/index.ts';

/** The flags that all `get` commands have. */
export const GET_FLAGS: {
  readonly 'all-namespaces': Flag<boolean>;
  readonly 'label-selector': Flag<string>;
  readonly 'no-header': Flag<boolean>;
  readonly selector: Flag<string>;
  readonly 'sort-by': Flag<SortKey | ''>;
  readonly 'status-selector': Flag<string>;
  readonly watch: Flag<boolean>;
} = {
  'all-namespaces': boolean({ short: 'A', description: 'looks in all namespaces' }),
  'label-selector': string({ short: 'l', description: 'only objects with these labels' }),
  'no-header': boolean({ description: 'leaves out the head of the table' }),
  selector: string({ description: 'the same as --label-selector', hidden: true }),
  'sort-by': choice({ options: SORT_KEYS, description: 'order of the rows' }),
  'status-selector': string({ description: 'only objects with a condition like this: type=status or type!=status' }),
  watch: boolean({ short: 'w', description: 'keeps on showing what changes' }),
};

/** The forms that a `get` can be printed in. */
export const GET_OUTPUTS: readonly OutputFormat[] = ['table', 'wide', 'json', 'yaml', 'name'];

/** Which objects the flags ask for. */
export async function getOptionsOf(
  name: string | undefined,
  flags: { 'all-namespaces': boolean; 'label-selector': string; selector: string; 'status-selector': string },
  context: Context,
): Promise<GetOptions> {
  return {
    ...(flags['all-namespaces'] ? {} : { namespace: await context.namespace() }),
    ...(name === undefined ? {} : { name }),
    labelSelector: [flags['label-selector'], flags.selector].filter((text) => text !== '').join(','),
    statusSelector: flags['status-selector'],
  };
}
