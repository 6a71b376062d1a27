import { FluxError } from '../../core/errors.ts';
import type { K8sObject } from '../../core/objects.ts';
import { isVariableName, VARIABLE_NAME_RULE, variablesOf, withoutNewlines } from '../../engine/envsubst/index.ts';
import { formatKustomizeId } from './kustomize-id.ts';
import type { Kustomization } from './read-kustomization.ts';
import type { OwnIdentity } from './ports.ts';

/**
 * Collects the variables of a Kustomization: ConfigMaps and Secrets in their order, then what stands in the spec. Values lose
 * their newlines.
 *
 * Effects: reads ConfigMaps and Secrets of its namespace, as the caller
 * Source: fluxcd/pkg kustomize/kustomize_varsub.go
 *
 * @param objects what they are for; upstream reads them with the first one, and says so where it cannot
 * @throws {FluxError} reconcile/variables-not-found: a source is missing and not optional; reconcile/bad-variable-name
 */
export async function readVariables(
  kustomization: Kustomization,
  own: OwnIdentity,
  objects: readonly K8sObject[],
): Promise<ReadonlyMap<string, string>> {
  const [first] = objects;
  const failed = first === undefined ? '' : `post build failed for '${formatKustomizeId(first)}': `;
  const variables = new Map<string, string>();
  const add = (name: string, value: string): void => {
    if (!isVariableName(name)) {
      throw new FluxError(
        'reconcile/bad-variable-name',
        `${failed}envsubst error: '${name}' var name is invalid, must match ${VARIABLE_NAME_RULE}`,
        {
          subject: kustomization.ref,
        },
      );
    }
    variables.set(name, value);
  };
  for (const source of kustomization.substituteFrom) {
    const ref = { apiVersion: 'v1', kind: source.kind, namespace: kustomization.namespace, name: source.name };
    const object = await own.kube.get(ref);
    if (object === undefined) {
      if (source.optional) continue;
      throw new FluxError(
        'reconcile/variables-not-found',
        `${failed}substitute from '${source.kind}/${source.name}' error: ${source.kind.toLowerCase()}s "${source.name}" not found`,
        { subject: kustomization.ref, hint: 'create it, or set optional: true in spec.postBuild.substituteFrom' },
      );
    }
    for (const [name, value] of variablesOf(object)) add(name, value);
  }
  for (const [name, value] of Object.entries(kustomization.variables)) add(name, withoutNewlines(value));
  return variables;
}
