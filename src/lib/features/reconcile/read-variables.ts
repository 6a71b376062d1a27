import { FluxError } from '../../core/errors.ts';
import { formatSubject } from '../../core/objects.ts';
import { isVariableName, VARIABLE_NAME_RULE, variablesOf, withoutNewlines } from '../../engine/envsubst/index.ts';
import type { Kustomization } from './read-kustomization.ts';
import type { OwnIdentity } from './ports.ts';

/**
 * Collects the variables of a Kustomization: ConfigMaps and Secrets in their order, then what stands in the spec. Values lose
 * their newlines.
 *
 * Effects: reads ConfigMaps and Secrets of its namespace, as the caller
 * Source: fluxcd/pkg kustomize/kustomize_varsub.go
 *
 * @throws {FluxError} reconcile/variables-not-found: a source is missing and not optional; reconcile/bad-variable-name
 */
export async function readVariables(kustomization: Kustomization, own: OwnIdentity): Promise<ReadonlyMap<string, string>> {
  const variables = new Map<string, string>();
  const add = (name: string, value: string): void => {
    if (!isVariableName(name)) {
      throw new FluxError('reconcile/bad-variable-name', `'${name}' var name is invalid, must match ${VARIABLE_NAME_RULE}`, {
        subject: kustomization.ref,
      });
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
        `substitute from '${source.kind}/${source.name}' error: ${formatSubject(ref)} not found`,
        { subject: kustomization.ref, hint: 'create it, or set optional: true in spec.postBuild.substituteFrom' },
      );
    }
    for (const [name, value] of variablesOf(object)) add(name, value);
  }
  for (const [name, value] of Object.entries(kustomization.variables)) add(name, withoutNewlines(value));
  return variables;
}
