import { type AnyCommand, type Command, type CommandInput, defineCommand } from '../../lib/cli/command.ts';
import { documents } from '../../lib/cli/documents.ts';
import type { Flags } from '../../lib/cli/flags.ts';
import type { Output } from '../../lib/cli/output.ts';
import type { Context } from '../../lib/context.ts';
import { FIELD_MANAGER } from '../../lib/core/flux.ts';
import type { K8sObject } from '../../lib/core/objects.ts';
import { checkObjectName } from '../../lib/features/create/index.ts';
import { type CreateInput, type CreateOptions, type IdleFlags, readOptions, warnOfIdle } from './create-command.ts';
import { CREATE_FLAGS } from './create-flags.ts';

/** What a kind of Secret brings to `create secret`. */
export interface SecretSpec<F extends Flags> extends Pick<Command<F>, 'description' | 'examples'> {
  /** How messages name it: `helm`. */
  readonly noun: string;
  /** What the Secret is for: `a Helm repository`. */
  readonly purpose: string;
  readonly flags: F;
  /** What follows the YAML of `--export`: the flux CLI ends most of them in an empty line. */
  readonly after?: '';
  /** Makes the Secret; it writes nothing. */
  make(options: CreateOptions<F>, input: CreateInput<F>): K8sObject | Promise<K8sObject>;
  /** Flags that have no effect here, and why. */
  idle?(options: CreateOptions<F>, input: CreateInput<F>): IdleFlags;
  /** What is worth knowing of the stored Secret; nothing secret. */
  tell?(secret: K8sObject, context: Context): void;
}

/** Makes a `create secret` command. Nothing of the content is ever printed but by `--export`. */
export function secretCommand<const F extends Flags>(spec: SecretSpec<F>): AnyCommand {
  return defineCommand<Flags>({
    summary: `Create or update the secret of ${spec.purpose}`,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    ...(spec.examples === undefined ? {} : { examples: spec.examples }),
    args: [{ name: 'name', required: true }],
    flags: { ...CREATE_FLAGS, ...spec.flags },
    outputs: ['table', 'yaml', 'json', 'name'],
    async run({ args, flags, given, global, context }: CommandInput<Flags>): Promise<Output> {
      const name = checkObjectName(args[0]);
      const input = { flags, given, global, context } as unknown as CreateInput<F>;
      const options = await readOptions<F>(name, flags, context);
      const secret = await spec.make(options, input);
      warnOfIdle({ 'a Secret is not reconciled': ['interval'], ...spec.idle?.(options, input) }, given, context);
      if (flags['export'] === true) return documents([secret], spec.after ?? '\n');
      return await storeNewSecret(secret, spec, context);
    },
  });
}

async function storeNewSecret<F extends Flags>(secret: K8sObject, spec: SecretSpec<F>, context: Context): Promise<Output> {
  const { storeSecret } = await import('../../lib/features/objects/index.ts');
  const { progress, signal } = context;
  const { name, namespace = '' } = secret.metadata;
  const stored = await storeSecret(secret, await context.kube(), { fieldManager: FIELD_MANAGER.cli, signal });
  const { action, otherKeys, keptType } = stored;
  progress.success(`${spec.noun} secret '${name}' ${action} in '${namespace}' namespace`);
  if (keptType !== undefined) {
    progress.warning(`its type stays ${keptType}, since a Secret keeps its type: delete it first to get another`);
  }
  if (otherKeys.length > 0) progress.warning(`keys that it had before are still in it: ${otherKeys.join(', ')}`);
  spec.tell?.(stored.object, context);
  return { data: { name, namespace, action }, names: [`secret/${name}`] };
}
