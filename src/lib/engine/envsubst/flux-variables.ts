import { KUSTOMIZE } from '../../core/flux.ts';
import { isJsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';

/** What upstream says of the name of a variable that is none. */
export const VARIABLE_NAME_RULE = "'^[_[:alpha:]][_[:alpha:][:digit:]]*$'";

/** Tells whether a text can be the name of a variable. */
export function isVariableName(name: string): boolean {
  return /^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name);
}

/**
 * The variables that a ConfigMap or Secret holds. Every value loses its newlines, as those of the spec do.
 *
 * Effects: none
 * Source: fluxcd/pkg kustomize/kustomize_varsub.go LoadVariables
 */
export function variablesOf(source: K8sObject): [name: string, value: string][] {
  const data = isJsonObject(source['data']) ? source['data'] : {};
  return Object.entries(data).map(([name, value]) => {
    const text = String(value);
    return [name, withoutNewlines(source.kind === 'Secret' ? Buffer.from(text, 'base64').toString('utf8') : text)];
  });
}

/** A value as it is put in. */
export function withoutNewlines(value: string): string {
  return value.replaceAll('\n', '');
}

/**
 * Tells whether an object asks to be left as it is. Upstream compares this label or annotation with regard to case, unlike
 * its others.
 *
 * Effects: none
 * Source: fluxcd/pkg kustomize/kustomize_varsub.go SubstituteVariables
 */
export function refusesSubstitution({ metadata: { labels, annotations } }: K8sObject): boolean {
  return labels?.[KUSTOMIZE.substitute] === 'disabled' || annotations?.[KUSTOMIZE.substitute] === 'disabled';
}
