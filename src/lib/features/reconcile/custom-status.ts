import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { groupOf, type K8sObject, type KindRef } from '../../core/objects.ts';
import type { StatusResult } from '../../engine/kstatus/index.ts';
import type { CelExpression, CelPort } from './ports.ts';
import type { Kustomization } from './read-kustomization.ts';

/** The expressions of a kind, in the order in which they are asked, and what one that holds means. */
const QUESTIONS = [
  ['inProgress', 'InProgress'],
  ['failed', 'Failed'],
  ['current', 'Current'],
] as const;

/** The same in the order and by the names in which they are compiled. */
const COMPILED = ['current', 'failed', 'inProgress'] as const;

/** What upstream's conditions say before a mistake that no retry mends. */
export const CONFIGURATION_ERROR = 'Reconciliation failed terminally due to configuration error';

type Questions = Partial<Record<(typeof COMPILED)[number], CelExpression>>;

/**
 * Compiles the status function that `spec.healthCheckExprs` describe; `undefined` where there are none. They are compiled
 * whether or not health is waited for.
 *
 * Effects: loads the evaluator where there are some
 * Source: fluxcd/pkg runtime/cel/status_reader.go, status_evaluator.go
 *
 * @throws {FluxError} reconcile/no-cel: there are some and nothing can evaluate them here; reconcile/invalid-cel
 */
export async function compileHealthChecks(
  kustomization: Kustomization,
  cel: CelPort | undefined,
): Promise<((object: K8sObject) => StatusResult | undefined) | undefined> {
  const { healthCheckExprs } = kustomization;
  if (healthCheckExprs.length === 0) return undefined;
  if (cel === undefined) throw noCel(kustomization, 'spec.healthCheckExprs is set');
  const byKind = new Map<string, Questions>();
  for (const [index, row] of healthCheckExprs.entries()) {
    const key = keyOf({ apiVersion: String(row['apiVersion'] ?? ''), kind: String(row['kind'] ?? '') });
    if (byKind.has(key)) {
      throw invalidCel(kustomization, `duplicate custom health check for GroupKind ${key} at healthchecks[${index}]`);
    }
    try {
      byKind.set(key, await compileRow(row, cel));
    } catch (error) {
      const why = messageOf(error);
      throw invalidCel(kustomization, `failed to create custom status evaluator for healthchecks[${index}]: ${why}`, error);
    }
  }
  return (object) => {
    const questions = byKind.get(keyOf(object)) ?? byKind.get(keyOf({ apiVersion: object.apiVersion, kind: '' }));
    return questions === undefined ? undefined : ask(questions, object);
  };
}

/** `Kind.group`, as Kubernetes writes it; a row without a kind stands for its whole group. */
function keyOf(kind: KindRef): string {
  const group = groupOf(kind);
  return group === '' ? kind.kind : `${kind.kind}.${group}`;
}

async function compileRow(row: JsonObject, cel: CelPort): Promise<Questions> {
  const questions: Questions = {};
  for (const field of COMPILED) {
    const expression = row[field];
    if (typeof expression !== 'string' || expression === '') {
      if (field === 'current') throw new FluxError('reconcile/invalid-cel', 'expression Current not specified');
      continue;
    }
    try {
      questions[field] = await cel.compile(expression);
    } catch (error) {
      const name = `${field.slice(0, 1).toUpperCase()}${field.slice(1)}`;
      throw new FluxError('reconcile/invalid-cel', `failed to parse the expression ${name}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
  return questions;
}

function ask(questions: Questions, object: K8sObject): StatusResult {
  const status = isJsonObject(object['status']) ? object['status'] : {};
  const { generation } = object.metadata;
  const observed = status['observedGeneration'];
  // Some kinds keep a text there; then only the expressions count.
  if (Number.isInteger(observed) && generation !== undefined && observed !== generation) {
    const message = 'the newest generation is not observed yet';
    return { status: 'InProgress', reason: 'LatestGenerationNotObserved', message };
  }
  try {
    for (const [field, meaning] of QUESTIONS) {
      if (questions[field]?.evaluateBoolean(object) !== true) continue;
      return { status: meaning, reason: 'CustomHealthCheck', message: `CEL expression '${field}' holds` };
    }
  } catch (error) {
    // A field may come with the next change, and so it is waited for.
    if (!isFluxError(error, 'cel/failed')) throw error;
    return { status: 'Unknown', reason: 'CustomHealthCheck', message: error.message };
  }
  return { status: 'InProgress', reason: 'CustomHealthCheck', message: 'no CEL expression holds' };
}

/** A mistake in an expression, in the words of upstream's conditions. */
export function invalidCel(kustomization: Kustomization, why: string, cause?: unknown): FluxError {
  return new FluxError('reconcile/invalid-cel', `${CONFIGURATION_ERROR}: ${why}`, {
    subject: kustomization.ref,
    terminal: true,
    hint: 'correct the expression: nothing is tried again before',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Nothing that could evaluate is at hand. */
export function noCel(kustomization: Kustomization, what: string): FluxError {
  return new FluxError('reconcile/no-cel', `${what} and nothing can evaluate it here`, {
    subject: kustomization.ref,
    hint: 'let kustomize-controller reconcile it (leave --drive off)',
  });
}
