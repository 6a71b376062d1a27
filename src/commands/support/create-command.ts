import { type AnyCommand, type Command, type CommandInput, defineCommand } from '../../lib/cli/command.ts';
import { documents } from '../../lib/cli/documents.ts';
import type { Flags, FlagValues } from '../../lib/cli/flags.ts';
import type { Context } from '../../lib/context.ts';
import { DRIVEN_KINDS, kindNamed } from '../../lib/core/kinds.ts';
import type { K8sObject } from '../../lib/core/objects.ts';
import { checkObjectName, type ObjectBase, parseLabels } from '../../lib/features/create/index.ts';
import { CREATE_FLAGS, type FlagOptions, optionsOf } from './create-flags.ts';
import { DRIVE_FLAG, storeAndReconcile, titleOf } from './store-and-reconcile.ts';

/** The values of a kind's flags, its name, namespace and labels, and how often it is reconciled. */
export type CreateOptions<F extends Flags> = ObjectBase & FlagOptions<Omit<typeof CREATE_FLAGS, keyof F> & F>;

/** What `create` is told besides the options. */
export type CreateInput<F extends Flags> = Pick<CommandInput<F>, 'flags' | 'given' | 'global' | 'context'>;

/** What a kind brings to `create`: its flags, and the object they make. */
export interface CreateSpec<F extends Flags> extends Pick<Command<F>, 'description' | 'examples'> {
  readonly kind: string;
  readonly flags: F;
  /** Makes the object. It neither asks the cluster nor writes. */
  make(options: CreateOptions<F>, input: CreateInput<F>): K8sObject | Promise<K8sObject>;
  /** Stores what the object needs, where flags say what that is, and gives the object that names it. */
  prepare?(object: K8sObject, options: CreateOptions<F>, input: CreateInput<F>): Promise<K8sObject>;
  /** Flags that have no effect here, and why. The flux CLI is silent about them. */
  idle?(options: CreateOptions<F>, input: CreateInput<F>): IdleFlags;
}

/** Flags without effect, by the reason. */
export type IdleFlags = Readonly<Record<string, readonly string[]>>;

/** Makes the `create` command of a Flux kind. */
export function createCommand<const F extends Flags>(spec: CreateSpec<F>): AnyCommand {
  const kind = kindNamed(spec.kind);
  const flags: Flags = { ...CREATE_FLAGS, ...spec.flags, ...(DRIVEN_KINDS.has(kind.kind) ? { drive: DRIVE_FLAG } : {}) };
  return defineCommand<Flags>({
    summary: `Create or update ${/^[AEIO]/.test(kind.kind) ? 'an' : 'a'} ${kind.kind}`,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    ...(spec.examples === undefined ? {} : { examples: spec.examples }),
    aliases: kind.aliases,
    args: [{ name: 'name', required: true }],
    flags,
    outputs: ['table', 'yaml', 'json', 'name'],
    async run({ args, flags: values, given, global, context }) {
      const name = checkObjectName(args[0]);
      const input = { flags: values, given, global, context } as unknown as CreateInput<F>;
      const options = await readOptions<F>(name, values, context);
      const object = await spec.make(options, input);
      warnOfIdle(spec.idle?.(options, input) ?? {}, given, context);
      if (values['export'] === true) return documents([object]);
      context.progress.generate(`generating ${titleOf(kind)}`);
      const wanted = (await spec.prepare?.(object, options, input)) ?? object;
      return await storeAndReconcile(kind, wanted, values['drive'] === true, context);
    },
  });
}

/** What flags say of an object that is created. */
export async function readOptions<F extends Flags>(
  name: string,
  flags: FlagValues<Flags>,
  context: Context,
): Promise<CreateOptions<F>> {
  return {
    ...optionsOf(flags),
    name,
    namespace: await context.namespace(),
    // Read when the object is made: what is missing is told before a label that is none, as upstream.
    get labels() {
      return parseLabels(flags['label'] as readonly string[]);
    },
  } as unknown as CreateOptions<F>;
}

/** Tells of flags that were given and have no effect. */
export function warnOfIdle(idle: IdleFlags, given: ReadonlySet<string>, context: Context): void {
  for (const [why, names] of Object.entries(idle)) {
    const found = names.filter((name) => given.has(name)).map((name) => `--${name}`);
    if (found.length > 0) context.progress.warning(`${found.join(', ')} ${found.length > 1 ? 'have' : 'has'} no effect: ${why}`);
  }
}
