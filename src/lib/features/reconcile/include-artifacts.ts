import { FluxError } from '../../core/errors.ts';
import { GROUP, REASON } from '../../core/flux.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { type K8sObject, refOf } from '../../core/objects.ts';
import { artifactOf } from './source-artifact.ts';
import type { FindSource } from './source-contents.ts';
import type { SourceShape } from './source-shape.ts';
import { verificationModeOf } from './verify-source.ts';

/**
 * Finds the artifacts that a source includes, in its order.
 *
 * Effects: those of `find`
 * Source: source-controller fetchIncludes
 *
 * @throws {FluxError} reconcile/include-unavailable: a source is not there or has no artifact yet
 */
export async function findIncluded(repository: K8sObject, shape: SourceShape, find: FindSource): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  const unavailable = (name: string, reason: string, message: string): FluxError =>
    new FluxError('reconcile/include-unavailable', message, {
      subject: refOf(repository),
      hint: `see why: flux-ts get source git ${name} -n ${repository.metadata.namespace ?? ''}`,
      details: { reason },
    });
  for (const { name } of shape.include) {
    const source = await find({ ...refOf(repository), name });
    if (source === undefined) {
      const why = `GitRepository.${GROUP.source} "${name}" not found`;
      throw unavailable(name, REASON.notFound, `could not get resource for include '${name}': ${why}`);
    }
    const artifact = artifactOf(source);
    if (artifact === undefined) throw unavailable(name, REASON.noArtifact, `no artifact available for include '${name}'`);
    found.push(artifact);
  }
  return found;
}

/**
 * Tells whether other artifacts are included than before; only revisions count, in whatever order.
 *
 * Effects: none
 * Source: source-controller internal/controller/artifact.go Diff
 */
export function hasOtherIncludes(included: readonly JsonObject[], before: readonly JsonObject[]): boolean {
  if (included.length !== before.length) return true;
  return included.some(({ revision }) => !before.some((other) => other['revision'] === revision));
}

/** The fields of the status that say what an artifact was built from. */
export function observedContent(repository: K8sObject, included: readonly JsonObject[]): JsonObject {
  const spec = isJsonObject(repository['spec']) ? repository['spec'] : {};
  const list = (value: unknown): JsonObject['x'] => (Array.isArray(value) && value.length > 0 ? value : null);
  return {
    observedIgnore: spec['ignore'] ?? null,
    observedRecurseSubmodules: spec['recurseSubmodules'] === true ? true : null,
    observedSparseCheckout: list(spec['sparseCheckout']),
    observedInclude: list(spec['include']),
    includedArtifacts: included.length === 0 ? null : [...included],
  };
}

/**
 * Tells whether an artifact has to be built anew though the revision is the same: what goes into it was changed, or it has
 * still to be verified.
 *
 * Effects: none
 * Source: source-controller gitContentConfigChanged, requiresVerification
 */
export function hasOtherContent(repository: K8sObject, included: readonly JsonObject[]): boolean {
  const status = isJsonObject(repository['status']) ? repository['status'] : {};
  const { includedArtifacts: _, ...observed } = observedContent(repository, included);
  const isOther = Object.entries(observed).some(([field, value]) => normal(status[field]) !== normal(value));
  if (isOther || needsVerification(repository)) return true;
  const before = Array.isArray(status['includedArtifacts']) ? status['includedArtifacts'].filter(isJsonObject) : [];
  if (before.length !== included.length) return true;
  return included.some(
    ({ revision, digest }, index) => before[index]?.['revision'] !== revision || before[index]?.['digest'] !== digest,
  );
}

function needsVerification(repository: K8sObject): boolean {
  const mode = verificationModeOf(repository);
  if (mode === undefined) return false;
  const status = isJsonObject(repository['status']) ? repository['status'] : {};
  const observed = status['sourceVerificationMode'];
  if (typeof observed !== 'string') return true;
  // What was verified in both ways holds for each of them.
  return observed !== 'TagAndHEAD' && observed !== mode;
}

/** A text that is the same for what means the same: without regard to the order of fields and to what is absent. */
function normal(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, inner: unknown) => {
    if (!isJsonObject(inner)) return inner === false ? null : inner;
    return Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)));
  });
}
