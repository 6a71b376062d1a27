import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import { GROUP } from '../../core/flux.ts';
import { isJsonObject } from '../../core/json.ts';
import { formatSubject, groupOf, type K8sObject, type ObjectRef } from '../../core/objects.ts';
import { findCondition, readConditions } from '../../engine/conditions/index.ts';
import { computeStatus } from '../../engine/kstatus/index.ts';
import { invalidCel, noCel } from './custom-status.ts';
import type { CelExpression, CelPort } from './ports.ts';
import { type Dependency, type Kustomization, readKustomization } from './read-kustomization.ts';

/** The groups whose objects all have a Ready condition. */
const FLUX_GROUPS: readonly string[] = Object.values(GROUP);

/**
 * Checks that all that a Kustomization depends on is ready, and at the same revision where the source is the same. An object
 * of another kind is ready where its status says so, and at once where `ready: false` asks for no more than that it is there.
 *
 * Effects: those of `find`; loads the evaluator where there are expressions
 * Source: kustomize-controller internal/controller/kustomization_controller.go checkDependencies; for other kinds fluxcd/flux2
 * rfcs/xxxx-advanced-dependency-management
 *
 * @param find reads an object from wherever they are
 * @param now milliseconds since the epoch
 * @throws {FluxError} reconcile/dependency-not-ready; reconcile/no-cel: `readyExpr` is set and nothing can evaluate it;
 * reconcile/invalid-cel
 */
export async function checkDependencies(
  kustomization: Kustomization,
  revision: string,
  find: (ref: ObjectRef) => Promise<K8sObject | undefined>,
  cel: CelPort | undefined,
  now: number,
): Promise<void> {
  for (const dependency of kustomization.dependsOn) {
    const blocked = (what: string): FluxError => notReady(kustomization, dependency, what);
    const object = await findDependency(dependency, find);
    if (object === undefined) throw blocked(`not found: ${missingText(dependency)}`);
    if (!dependency.ready) continue;
    if (dependency.readyExpr !== undefined) {
      const expression = await compileReadyExpr(dependency.readyExpr, kustomization, dependency, cel);
      if (!evaluateReadyExpr(expression, kustomization, object)) throw blocked('is not ready according to readyExpr eval');
      continue;
    }
    if (!isOwnKind(dependency, kustomization)) {
      if (!isCurrent(object, now)) throw blocked('is not ready');
      continue;
    }
    if (!isReady(object)) throw blocked('is not ready');
    if (isSameSource(object, kustomization) && statusOf(object)['lastAppliedRevision'] !== revision) {
      throw blocked('revision is not up to date');
    }
  }
}

function notReady(kustomization: Kustomization, dependency: Dependency, what: string): FluxError {
  const { namespace, name } = dependency;
  const isOwn = isOwnKind(dependency, kustomization);
  const id = isOwn ? `${namespace ?? ''}/${name}` : formatSubject(dependency);
  const place = namespace === undefined ? '' : ` -n ${namespace}`;
  return new FluxError('reconcile/dependency-not-ready', `dependency '${id}' ${what}`, {
    subject: kustomization.ref,
    hint: isOwn ? `flux-ts get kustomization ${name}${place}` : `kubectl get ${dependency.kind} ${name}${place} -o yaml`,
  });
}

function isOwnKind(dependency: Dependency, { object }: Kustomization): boolean {
  return dependency.kind === object.kind && groupOf(dependency) === groupOf(object);
}

/** A kind that the cluster does not have (yet) has no objects. */
async function findDependency(
  dependency: Dependency,
  find: (ref: ObjectRef) => Promise<K8sObject | undefined>,
): Promise<K8sObject | undefined> {
  const { apiVersion, kind, namespace, name } = dependency;
  try {
    return await find({ apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) });
  } catch (error) {
    if (isFluxError(error, 'kube/unknown-kind')) return undefined;
    throw error;
  }
}

function missingText(dependency: Dependency): string {
  const { kind, name } = dependency;
  if (groupOf(dependency) === GROUP.kustomize) return `kustomizations.${GROUP.kustomize} "${name}" not found`;
  return `${kind} "${name}" not found`;
}

/** Ready, and that for the newest generation. */
export function isReady(object: K8sObject): boolean {
  if ((object.metadata.generation ?? 0) !== (statusOf(object)['observedGeneration'] ?? 0)) return false;
  return findCondition(readConditions(object), 'Ready')?.status === 'True';
}

/** Current by its status; of Flux's own kinds also Ready, since what was never reconciled has no status at all. */
function isCurrent(object: K8sObject, now: number): boolean {
  if (computeStatus(object, now).status !== 'Current') return false;
  return !FLUX_GROUPS.includes(groupOf(object)) || findCondition(readConditions(object), 'Ready')?.status === 'True';
}

function isSameSource(dependency: K8sObject, { source }: Kustomization): boolean {
  const other = readKustomization(dependency).source;
  return other.kind === source.kind && other.name === source.name && other.namespace === source.namespace;
}

function statusOf(object: K8sObject): Readonly<Record<string, unknown>> {
  return isJsonObject(object['status']) ? object['status'] : {};
}

async function compileReadyExpr(
  expression: string,
  kustomization: Kustomization,
  { name }: Dependency,
  cel: CelPort | undefined,
): Promise<CelExpression> {
  if (cel === undefined) throw noCel(kustomization, 'spec.dependsOn has readyExpr');
  try {
    return await cel.compile(expression, { variables: ['self', 'dep'] });
  } catch (error) {
    const why = messageOf(error);
    throw invalidCel(kustomization, `terminal error: failed to evaluate dependency ${name}: ${why}`, error);
  }
}

/** What fails here may go well when the status of the dependency has come. */
function evaluateReadyExpr(expression: CelExpression, kustomization: Kustomization, dep: K8sObject): boolean {
  try {
    return expression.evaluateBoolean({ self: kustomization.object, dep });
  } catch (error) {
    if (!isFluxError(error, 'cel/')) throw error;
    throw new FluxError('reconcile/dependency-not-ready', error.message, { subject: kustomization.ref, cause: error });
  }
}
