import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isFluxError, messageOf } from '../../../../../src/lib/core/errors.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { parseYaml } from '../../../../../src/lib/core/yaml/index.ts';
import { compile } from '../../../../../src/lib/engine/cel/index.ts';
import { compileHealthChecks } from '../../../../../src/lib/features/reconcile/custom-status.ts';
import { readKustomization } from '../../../../../src/lib/features/reconcile/read-kustomization.ts';

const having = (rows: string) =>
  readKustomization(
    parseYaml(
      `{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: app, namespace: apps}, spec: {interval: 5m, sourceRef: {kind: GitRepository, name: team}, healthCheckExprs: ${rows}}}`,
    ) as K8sObject,
  );
const DATABASE = `[{apiVersion: x.io/v1, kind: Db, inProgress: "status.phase == 'Busy'", failed: "status.phase == 'Broken'", current: "status.phase == 'Up'"}]`;
const database = (status: string, apiVersion = 'x.io/v2'): K8sObject =>
  parseYaml(
    `{apiVersion: ${apiVersion}, kind: Db, metadata: {name: d, namespace: apps, generation: 2}, status: ${status}}`,
  ) as K8sObject;

it('compileHealthChecks() asks inProgress, failed and current, in that order, after the generation', async () => {
  const statusOf = await compileHealthChecks(having(DATABASE), { compile });
  const answer = (status: string): string | undefined => statusOf?.(database(status))?.status;
  assert.equal(answer('{phase: Up}'), 'Current');
  assert.equal(answer('{phase: Broken}'), 'Failed');
  assert.equal(answer('{phase: Busy}'), 'InProgress');
  assert.equal(answer('{phase: Other}'), 'InProgress');
  assert.equal(answer('{phase: Up, observedGeneration: 1}'), 'InProgress');
  assert.equal(answer('{phase: Up, observedGeneration: 2}'), 'Current');
  assert.equal(answer('{phase: Up, observedGeneration: "1"}'), 'Current', 'a text is no generation');
});

it('compileHealthChecks() goes by group and kind, and leaves other kinds to kstatus', async () => {
  const statusOf = await compileHealthChecks(having(DATABASE), { compile });
  assert.equal(statusOf?.(database('{phase: Up}', 'y.io/v1')), undefined);
  const wholeGroup = await compileHealthChecks(having('[{apiVersion: x.io/v1, kind: "", current: "true"}]'), { compile });
  assert.equal(wholeGroup?.(database('{}'))?.status, 'Current');
});

it('compileHealthChecks() waits for a field that is not there yet', async () => {
  const statusOf = await compileHealthChecks(having(DATABASE), { compile });
  const { status, message } = statusOf?.(database('{}')) ?? {};
  assert.equal(status, 'Unknown');
  assert.match(String(message), /no such key: phase$/);
});

it('compileHealthChecks() ends a run whose expression costs too much: cel/too-costly', async () => {
  const hostile = `[{apiVersion: x.io/v1, kind: Db, current: "${'[1,2,3,4,5,6,7,8,9].all(a, '.repeat(9)}true${')'.repeat(9)}"}]`;
  const statusOf = await compileHealthChecks(having(hostile), { compile });
  assert.throws(
    () => statusOf?.(database('{}')),
    (error) => isFluxError(error, 'cel/too-costly'),
  );
});

it('compileHealthChecks() refuses mistakes as upstream does: reconcile/invalid-cel, and no retry', async () => {
  const refused = async (rows: string): Promise<string> => {
    try {
      await compileHealthChecks(having(rows), { compile });
    } catch (error) {
      assert.ok(isFluxError(error, 'reconcile/invalid-cel') && error.terminal);
      return messageOf(error).replace('Reconciliation failed terminally due to configuration error: ', '');
    }
    return 'accepted';
  };
  assert.equal(
    await refused('[{apiVersion: x.io/v1, kind: Db, current: "true"}, {apiVersion: x.io/v2, kind: Db, current: "true"}]'),
    'duplicate custom health check for GroupKind Db.x.io at healthchecks[1]',
  );
  assert.equal(
    await refused('[{apiVersion: x.io/v1, kind: Db, failed: "true"}]'),
    'failed to create custom status evaluator for healthchecks[0]: expression Current not specified',
  );
  assert.match(
    await refused('[{apiVersion: x.io/v1, kind: Db, current: "true", inProgress: "status."}]'),
    /^failed to create custom status evaluator for healthchecks\[0\]: failed to parse the expression InProgress: failed to parse the CEL expression 'status\.': ERROR: <input>:1:8: /,
  );
});

it('compileHealthChecks() says reconcile/no-cel where nothing can evaluate, and loads nothing where there is nothing', async () => {
  await assert.rejects(compileHealthChecks(having(DATABASE), undefined), (error) => isFluxError(error, 'reconcile/no-cel'));
  const never = { compile: () => Promise.reject(new Error('loaded')) };
  assert.equal(await compileHealthChecks(having('[]'), never), undefined);
});
