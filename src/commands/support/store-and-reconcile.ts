import { boolean, type Flag } from '../../lib/cli/flags.ts';
import type { Output } from '../../lib/cli/output.ts';
import type { Context } from '../../lib/context.ts';
import { FIELD_MANAGER } from '../../lib/core/flux.ts';
import { DRIVEN_KINDS, type FluxKind } from '../../lib/core/kinds.ts';
import type { K8sObject } from '../../lib/core/objects.ts';
import { readText } from '../../lib/core/read-object.ts';
import { emitYaml } from '../../lib/core/yaml/emit-yaml.ts';
import {
  controllerOf,
  judgeReady,
  refIn,
  seesController,
  storeObject,
  successText,
  tellRetries,
  waitForObject,
} from '../../lib/features/objects/index.ts';

/** Reconciles in this process. */
export const DRIVE_FLAG: Flag<boolean> = boolean({
  description: 'reconciles right here, rather than by the controller in the cluster',
});

/**
 * Stores an object and sees to its first reconciliation: by driving it, or by waiting for its controller. Where no
 * controller is at work and it isn't to be driven, it says so and does not wait.
 *
 * Effects: writes the cluster
 */
export async function storeAndReconcile(kind: FluxKind, object: K8sObject, drive: boolean, context: Context): Promise<Output> {
  const { progress, signal, host } = context;
  const kube = await context.kube();
  const namespace = object.metadata.namespace ?? '';
  const { name } = object.metadata;
  if (context.verbose) progress.detail(emitYaml(object));
  progress.action(`applying ${titleOf(kind)}`);
  const { action } = await storeObject(object, kube, { fieldManager: FIELD_MANAGER.cli, signal });
  progress.success(`${titleOf(kind)} ${action}`);
  const result = { kind: kind.kind, namespace, name, action };
  const names = [`${kind.kind.toLowerCase()}.${kind.group}/${name}`];
  if (drive) {
    const { driveOne } = await import('./drive-one.ts');
    return { ...(await driveOne(kind, { namespace, name }, context, { withSource: false })), names };
  }
  if (!kind.reconciled || isStatic(object)) {
    progress.success(`${kind.kind} ${name} is ready`);
    return { data: { ...result, ready: true }, names };
  }
  if (!(await seesController(kind, context.fluxNamespace, kube, host.now()))) {
    progress.warning(`no ${controllerOf(kind)} seems to run in ${context.fluxNamespace}: stored, not reconciled yet`);
    if (DRIVEN_KINDS.has(kind.kind))
      progress.detail(`reconcile it right here:  flux-ts reconcile ${kind.words} ${name} -n ${namespace} --drive`);
    return { data: { ...result, ready: false }, names };
  }
  progress.waiting(`waiting for ${titleOf(kind)} reconciliation`);
  const ready = await waitForObject(
    refIn(kind, namespace, name),
    (live) => judgeReady(live, kind.kind),
    kube,
    signal,
    tellRetries(progress),
  );
  const message = successText(kind, ready);
  progress.success(message);
  return { data: { ...result, ready: true, message }, names };
}

/** An OCI HelmRepository is data for others: no controller reconciles it. */
function isStatic(object: K8sObject): boolean {
  return object.kind === 'HelmRepository' && readText(object, 'spec', 'type') === 'oci';
}

/** How messages name the object of a kind: `HelmChart source`. */
export function titleOf(kind: FluxKind): string {
  return kind.words.startsWith('source ') && kind.kind !== 'OCIRepository' ? `${kind.kind} source` : kind.kind;
}
