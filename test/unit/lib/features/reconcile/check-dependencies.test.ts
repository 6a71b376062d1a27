import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { parseYaml } from '../../../../../src/lib/core/yaml/index.ts';
import { checkDependencies } from '../../../../../src/lib/features/reconcile/check-dependencies.ts';
import { readKustomization } from '../../../../../src/lib/features/reconcile/read-kustomization.ts';

const object = (name: string, spec: string, status = '{}', source = 'team'): K8sObject =>
  parseYaml(
    `{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: ${name}, namespace: apps, generation: 2}, spec: {interval: 5m, sourceRef: {kind: GitRepository, name: ${source}}${spec}}, status: ${status}}`,
  ) as K8sObject;
const app = readKustomization(object('app', ', dependsOn: [{name: base}]'));
const ready = (revision: string, generation = 2): string =>
  `{observedGeneration: ${generation}, lastAppliedRevision: "${revision}", conditions: [{type: Ready, status: "True"}]}`;
const check = (base: K8sObject | undefined) => checkDependencies(app, 'r2', () => Promise.resolve(base), undefined);

it('checkDependencies() accepts what is ready at the same revision', async () => {
  await check(object('base', '', ready('r2')));
});

it('checkDependencies() does not compare revisions of different sources', async () => {
  await check(object('base', '', ready('r1'), 'other'));
});

it('checkDependencies() refuses all else as reconcile/dependency-not-ready, in upstream words', async () => {
  const cases: readonly (readonly [K8sObject | undefined, RegExp])[] = [
    [undefined, /^dependency 'apps\/base' not found: /],
    [object('base', ''), /^dependency 'apps\/base' is not ready$/],
    [object('base', '', ready('r2', 1)), /^dependency 'apps\/base' is not ready$/],
    [object('base', '', ready('r1')), /^dependency 'apps\/base' revision is not up to date$/],
  ];
  for (const [base, words] of cases) {
    await assert.rejects(check(base), (error) => {
      assert.ok(isFluxError(error, 'reconcile/dependency-not-ready'));
      assert.match(error.message, words);
      return true;
    });
  }
});

it('checkDependencies() evaluates readyExpr in the place of all that, or says reconcile/no-cel', async () => {
  const withExpression = readKustomization(object('app', ', dependsOn: [{name: base, readyExpr: dep.x}]'));
  const find = () => Promise.resolve(object('base', ''));
  await checkDependencies(withExpression, 'r2', find, { evaluate: () => true });
  await assert.rejects(
    checkDependencies(withExpression, 'r2', find, { evaluate: () => false }),
    /not ready according to readyExpr/,
  );
  await assert.rejects(checkDependencies(withExpression, 'r2', find, undefined), (error) =>
    isFluxError(error, 'reconcile/no-cel'),
  );
});
