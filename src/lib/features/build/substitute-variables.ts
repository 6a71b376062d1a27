import { FluxError, isFluxError } from '../../core/errors.ts';
import { formatSubject, isK8sObject, type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import { emitYaml, parseYaml } from '../../core/yaml/index.ts';
import {
  isVariableName,
  refusesSubstitution,
  substitute,
  VARIABLE_NAME_RULE,
  variablesOf,
  withoutNewlines,
} from '../../engine/envsubst/index.ts';
import type { KustomizationSpec } from './kustomization-spec.ts';

/** Reads objects of the cluster. */
export interface ObjectReader {
  get(ref: ObjectRef): Promise<K8sObject | undefined>;
}

/**
 * Collects the variables of a Kustomization: ConfigMaps and Secrets in their order, then those of the spec, which win. Values
 * lose their newlines.
 *
 * Effects: reads ConfigMaps and Secrets
 * Source: fluxcd/pkg kustomize/kustomize_varsub.go LoadVariables
 *
 * @param secretValues gets the values that came from Secrets
 * @param openCluster absent leaves ConfigMaps and Secrets out (`--dry-run`); called only where there are any
 * @throws {FluxError} build/variables-not-found
 */
export async function collectVariables(
  spec: KustomizationSpec,
  namespace: string,
  openCluster?: () => Promise<ObjectReader>,
  secretValues: string[] = [],
): Promise<ReadonlyMap<string, string>> {
  const variables = new Map<string, string>();
  if (openCluster !== undefined && spec.variableSources.length > 0) {
    const cluster = await openCluster();
    for (const { kind, name, optional } of spec.variableSources) {
      const ref = { apiVersion: 'v1', kind, namespace, name };
      const found = await cluster.get(ref);
      if (found === undefined) {
        if (optional) continue;
        throw new FluxError(
          'build/variables-not-found',
          `substitute from '${kind}/${name}' error: ${formatSubject(ref)} not found`,
          { subject: ref, hint: 'create it, set optional: true in spec.postBuild.substituteFrom, or build with --dry-run' },
        );
      }
      for (const [key, value] of variablesOf(found)) {
        variables.set(key, value);
        if (kind === 'Secret') secretValues.push(value);
      }
    }
  }
  for (const [name, value] of Object.entries(spec.variables)) variables.set(name, withoutNewlines(value));
  return variables;
}

/**
 * Expands the variables in an object, unless a label or annotation of it says no.
 *
 * Effects: none
 * Source: fluxcd/pkg kustomize/kustomize_varsub.go SubstituteVariables
 *
 * @param strict refuses variables without value and default
 * @throws {FluxError} build/bad-variable-name; build/broken-object: it is no object any more; envsubst/…, yaml/…
 */
export function substituteVariables(object: K8sObject, variables: ReadonlyMap<string, string>, strict: boolean): K8sObject {
  if (refusesSubstitution(object)) return object;
  const { name } = object.metadata;
  const bad = [...variables.keys()].find((key) => !isVariableName(key));
  if (bad !== undefined) {
    throw new FluxError(
      'build/bad-variable-name',
      `var substitution failed for '${name}': envsubst error: '${bad}' var name is invalid, must match ${VARIABLE_NAME_RULE}`,
    );
  }
  try {
    const text = substitute(emitYaml(object), (key) => variables.get(key), { strict });
    const expanded = parseYaml(text);
    if (isK8sObject(expanded)) return expanded;
  } catch (error) {
    if (!isFluxError(error)) throw error;
    const step = isFluxError(error, 'envsubst/') ? 'variable substitution failed' : 'YAMLToJSON';
    throw new FluxError(error.code, `var substitution failed for '${name}': envsubst error: ${step}: ${error.message}`, {
      subject: refOf(object),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(error.details === undefined ? {} : { details: error.details }),
      cause: error,
    });
  }
  throw new FluxError('build/broken-object', `var substitution failed for '${name}': it is no object any more`, {
    subject: refOf(object),
    hint: 'apiVersion, kind and name must be texts once the variables are set',
  });
}
