import { FluxError } from '../../core/errors.ts';
import { GROUP } from '../../core/flux.ts';
import { isJsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { findCondition, readConditions } from '../../engine/conditions/index.ts';
import type { CelPort } from './ports.ts';
import { type Kustomization, readKustomization } from './read-kustomization.ts';

/**
 * Checks that all that a Kustomization depends on is ready, and at the same revision where the source is the same.
 *
 * Effects: those of `find`
 * Source: kustomize-controller internal/controller/kustomization_controller.go checkDependencies
 *
 * @param find reads a Kustomization from wherever they are
 * @throws {FluxError} reconcile/dependency-not-ready; reconcile/no-cel: `readyExpr` is set and nothing can evaluate it
 */
export async function checkDependencies(
  kustomization: Kustomization,
  revision: string,
  find: (namespace: string, name: string) => Promise<K8sObject | undefined>,
  cel: CelPort | undefined,
): Promise<void> {
  for (const { namespace, name, readyExpr } of kustomization.dependsOn) {
    const id = `${namespace}/${name}`;
    const blocked = (what: string): FluxError =>
      new FluxError('reconcile/dependency-not-ready', `dependency '${id}' ${what}`, {
        subject: kustomization.ref,
        hint: `flux-ts get kustomization ${name} -n ${namespace}`,
      });
    const dependency = await find(namespace, name);
    if (dependency === undefined) throw blocked(`not found: kustomizations.${GROUP.kustomize} "${name}" not found`);
    if (readyExpr !== undefined) {
      if (!isReadyByExpression(readyExpr, kustomization, dependency, cel)) {
        throw blocked('is not ready according to readyExpr eval');
      }
      continue;
    }
    if (!isReady(dependency)) throw blocked('is not ready');
    const status = isJsonObject(dependency['status']) ? dependency['status'] : {};
    const { source } = readKustomization(dependency);
    const isSameSource =
      source.kind === kustomization.source.kind &&
      source.name === kustomization.source.name &&
      source.namespace === kustomization.source.namespace;
    if (isSameSource && status['lastAppliedRevision'] !== revision) throw blocked('revision is not up to date');
  }
}

/** Ready, and that for the newest generation. */
export function isReady(object: K8sObject): boolean {
  const status = isJsonObject(object['status']) ? object['status'] : {};
  if ((object.metadata.generation ?? 0) !== (status['observedGeneration'] ?? 0)) return false;
  return findCondition(readConditions(object), 'Ready')?.status === 'True';
}

function isReadyByExpression(expression: string, self: Kustomization, dependency: K8sObject, cel: CelPort | undefined): boolean {
  if (cel === undefined) {
    throw new FluxError('reconcile/no-cel', 'spec.dependsOn has readyExpr and nothing can evaluate it here', {
      subject: self.ref,
      hint: 'let kustomize-controller reconcile it (leave --drive off)',
    });
  }
  return cel.evaluate(expression, { self: self.object, dep: dependency }) === true;
}
