import { FluxError, messageOf } from '../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { groupOf, type K8sObject } from '../../core/objects.ts';
import type { IgnoreRule } from '../../engine/ssa/index.ts';
import type { Kustomization } from './read-kustomization.ts';

type Asks = (object: K8sObject) => boolean;

/** The members of a target that are patterns, and what they are asked of. */
const PATTERNS: readonly (readonly [string, (object: K8sObject) => string])[] = [
  ['group', groupOf],
  ['version', ({ apiVersion }) => apiVersion.split('/').at(-1) ?? ''],
  ['kind', ({ kind }) => kind],
  ['name', ({ metadata }) => metadata.name],
  ['namespace', ({ metadata }) => metadata.namespace ?? ''],
];

/** The members that are selectors. */
const SELECTORS: readonly (readonly [string, (object: K8sObject) => Readonly<Record<string, string>>])[] = [
  ['labelSelector', ({ metadata }) => metadata.labels ?? {}],
  ['annotationSelector', ({ metadata }) => metadata.annotations ?? {}],
];

/**
 * Compiles `spec.ignore`: which fields of which objects are left to others. Patterns must match whole names.
 *
 * Effects: loads what reads patterns and selectors, where there are some
 * Source: fluxcd/pkg ssa/jsondiff/selector.go
 *
 * @throws {FluxError} reconcile/bad-ignore-rule: a pattern or a selector is none
 */
export async function compileIgnoreRules(kustomization: Kustomization): Promise<readonly IgnoreRule[]> {
  const rules: IgnoreRule[] = [];
  for (const { paths, target } of kustomization.ignore) {
    const asks: Asks[] = [];
    for (const [member, read] of target === undefined ? [] : PATTERNS) {
      const ask = await compilePatternOf(target ?? {}, member, kustomization);
      if (ask !== undefined) asks.push((object) => ask(read(object)));
    }
    for (const [member, read] of target === undefined ? [] : SELECTORS) {
      const ask = await compileSelectorOf(target ?? {}, member, kustomization);
      if (ask !== undefined) asks.push((object) => ask(new Map(Object.entries(read(object)))));
    }
    rules.push({ paths, selects: (object) => asks.every((ask) => ask(object)) });
  }
  return rules;
}

/** Where a rule has a target it is an object of texts; an empty one says nothing. */
export function readIgnoreRule(rule: JsonObject): { paths: readonly string[]; target?: JsonObject } {
  const paths = Array.isArray(rule['paths']) ? rule['paths'].filter((path) => typeof path === 'string') : [];
  return { paths, ...(isJsonObject(rule['target']) ? { target: rule['target'] } : {}) };
}

async function compilePatternOf(
  target: JsonObject,
  member: string,
  kustomization: Kustomization,
): Promise<((text: string) => boolean) | undefined> {
  const pattern = target[member];
  if (typeof pattern !== 'string' || pattern === '') return undefined;
  const { compilePattern } = await import('../../engine/cel/index.ts');
  try {
    return compilePattern(`^(?:${pattern})$`);
  } catch (error) {
    throw badRule(kustomization, `invalid ${member} regex: ${messageOf(error)}`, error);
  }
}

async function compileSelectorOf(
  target: JsonObject,
  member: string,
  kustomization: Kustomization,
): Promise<((labels: ReadonlyMap<string, string>) => boolean) | undefined> {
  const selector = target[member];
  if (typeof selector !== 'string' || selector === '') return undefined;
  const { parseLabelSelector } = await import('../../engine/kustomize/index.ts');
  try {
    return parseLabelSelector(selector);
  } catch (error) {
    const what = member === 'labelSelector' ? 'label' : 'annotation';
    throw badRule(kustomization, `invalid ${what} selector: ${messageOf(error)}`, error);
  }
}

function badRule(kustomization: Kustomization, why: string, cause: unknown): FluxError {
  return new FluxError('reconcile/bad-ignore-rule', `failed to create ignore rule selector: ${why}`, {
    subject: kustomization.ref,
    hint: 'correct the target in spec.ignore',
    cause,
  });
}
