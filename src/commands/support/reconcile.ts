import { type AnyCommand, defineCommand } from '../../lib/cli/command.ts';
import { boolean } from '../../lib/cli/flags.ts';
import type { Output } from '../../lib/cli/output.ts';
import type { Context } from '../../lib/context.ts';
import { FluxError } from '../../lib/core/errors.ts';
import { DRIVEN_KINDS, type FluxKind, kindNamed } from '../../lib/core/kinds.ts';
import { readText } from '../../lib/core/read-object.ts';
import { checkDriven } from './driven-kinds.ts';
import { checkIdentityFlagsDriven, IDENTITY_FLAGS, identityOf } from './identity-flags.ts';
import { checkPruneFlagsDriven, pruneFlags, pruneGuardOf } from './prune-flags.ts';
import { WAIT_LEASE_FLAG } from './wait-lease-flag.ts';
import { bulkFlags, isBulk, nameOf, selectionOf } from './bulk-flags.ts';
import {
  refIn,
  triggerReconcile,
  type Triggered,
  type TriggerOptions,
  triggerSeveral,
} from '../../lib/features/objects/index.ts';

const ASKED = 'The controller in the cluster is asked to, and waited for.';
const DRIVEN = 'With --drive this process does the work itself, and takes the Lease of the controller meanwhile.';
const KEPT = 'A source other than a GitRepository stays with its controller: --with-source asks that one.';

/** `reconcile` of one kind. */
export function reconcileCommand(kind: FluxKind): AnyCommand {
  const driven = DRIVEN_KINDS.has(kind.kind);
  const isRelease = kind.kind === 'HelmRelease';
  const hasSource = kind.kind === 'Kustomization' || kind.kind === 'HelmRelease' || kind.kind === 'HelmChart';
  return defineCommand({
    summary: `Reconcile a ${kind.kind} now`,
    description: driven ? `${ASKED} ${DRIVEN}${kind.kind === 'Kustomization' ? ` ${KEPT}` : ''}` : ASKED,
    examples: [
      { description: 'Let the controller do it, and wait', command: `flux-ts reconcile ${kind.words} web -n apps` },
      ...(driven ? [{ description: 'Do it right here', command: `flux-ts reconcile ${kind.words} web -n apps --drive` }] : []),
    ],
    aliases: kind.aliases,
    args: [{ name: 'name' }],
    flags: {
      ...bulkFlags('reconciles'),
      force: boolean({ description: 'installs or upgrades though nothing has changed', hidden: !isRelease }),
      reset: boolean({ description: 'forgets how often it has failed', hidden: !isRelease }),
      'with-source': boolean({ description: 'reconciles its source first', hidden: !hasSource }),
      drive: boolean({ description: 'reconciles right here, rather than by the controller in the cluster', hidden: !driven }),
      ...pruneFlags(kind),
      'feature-gates': { ...IDENTITY_FLAGS['feature-gates'], hidden: !driven },
      'sops-vault-configmap': { ...IDENTITY_FLAGS['sops-vault-configmap'], hidden: !driven },
      'wait-lease': { ...WAIT_LEASE_FLAG['wait-lease'], hidden: !driven },
    },
    outputs: ['table', 'json', 'yaml', 'name'],
    async run({ args, flags, given, context }) {
      const name = args[0];
      const more = { force: flags.force && isRelease, reset: flags.reset && isRelease };
      if (isBulk(flags)) {
        if (flags.drive || flags['with-source']) {
          const flag = flags.drive ? '--drive' : '--with-source';
          throw new FluxError('objects/bad-selection', `${flag} goes with one object only`, {
            hint: flags.drive ? 'for many of them: flux-ts drive' : 'reconcile their sources first',
          });
        }
        const options = { ...triggerOptionsOf(context), ...more };
        const { items, error } = await triggerSeveral(
          kind,
          await selectionOf(args, flags, context),
          await context.kube(),
          options,
        );
        return {
          data: { items },
          names: items.map((item) => nameOf(kind, item.name)),
          ...(error === undefined ? {} : { error }),
        };
      }
      if (name === undefined) throw new FluxError('objects/name-missing', `${kind.kind} name is required`);
      if (flags.drive) checkDriven(kind);
      checkPruneFlagsDriven(given, flags.drive);
      checkIdentityFlagsDriven(given, flags.drive);
      const target = { namespace: await context.namespace(), name };
      const names = [`${kind.kind.toLowerCase()}.${kind.group}/${name}`];
      if (flags.drive) {
        const { driveOne } = await import('./drive-one.ts');
        const options = {
          withSource: flags['with-source'],
          waitLeaseMs: flags['wait-lease'],
          identity: identityOf(flags),
          ...(await pruneGuardOf(flags)),
        };
        return { ...(await driveOne(kind, target, context, options)), names };
      }
      return { ...(await trigger(kind, target, flags['with-source'], context, more)), names };
    },
  });
}

async function trigger(
  kind: FluxKind,
  target: { namespace: string; name: string },
  withSource: boolean,
  context: Context,
  more: { readonly force: boolean; readonly reset: boolean },
): Promise<Output> {
  const kube = await context.kube();
  const options = triggerOptionsOf(context);
  let source: Triggered | undefined;
  if (withSource) {
    const found = await sourceOf(kind, target, context);
    source = await triggerReconcile(found.kind, found.target, kube, options);
  }
  const data = await triggerReconcile(kind, target, kube, { ...options, ...more });
  return { data: source === undefined ? data : { ...data, source } };
}

function triggerOptionsOf({ progress, signal, host, fluxNamespace }: Context): TriggerOptions {
  return { progress, signal, now: () => host.now(), fluxNamespace };
}

/** The source that an object takes its content from. */
async function sourceOf(
  kind: FluxKind,
  target: { namespace: string; name: string },
  context: Context,
): Promise<{ kind: FluxKind; target: { namespace: string; name: string } }> {
  const ref = refIn(kind, target.namespace, target.name);
  const object = await (await context.kube()).get(ref);
  if (object === undefined)
    throw new FluxError('objects/not-found', `${kind.kind} ${target.name} not found in ${target.namespace} namespace`, {
      subject: ref,
    });
  if (kind.kind === 'HelmRelease' && readText(object, 'spec', 'chartRef', 'name') === '') {
    const namespace = readText(object, 'spec', 'chart', 'spec', 'sourceRef', 'namespace') || target.namespace;
    return { kind: kindNamed('HelmChart'), target: { namespace, name: `${target.namespace}-${target.name}` } };
  }
  const path = kind.kind === 'HelmRelease' ? ['spec', 'chartRef'] : ['spec', 'sourceRef'];
  const sourceKind = readText(object, ...path, 'kind');
  if (sourceKind === 'ExternalArtifact')
    throw new FluxError('objects/no-source', `cannot reconcile source of kind ${sourceKind}`, { subject: ref });
  return {
    kind: kindNamed(sourceKind),
    target: { namespace: readText(object, ...path, 'namespace') || target.namespace, name: readText(object, ...path, 'name') },
  };
}
