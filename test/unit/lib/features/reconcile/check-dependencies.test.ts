import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { formatSubject, type K8sObject, type ObjectRef } from '../../../../../src/lib/core/objects.ts';
import { parseYaml } from '../../../../../src/lib/core/yaml/index.ts';
import { compile } from '../../../../../src/lib/engine/cel/index.ts';
import { checkDependencies } from '../../../../../src/lib/features/reconcile/check-dependencies.ts';
import type { CelPort } from '../../../../../src/lib/features/reconcile/index.ts';
import { readKustomization } from '../../../../../src/lib/features/reconcile/read-kustomization.ts';

const object = (name: string, spec: string, status = '{}', source = 'team'): K8sObject =>
  parseYaml(
    `{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: ${name}, namespace: apps, generation: 2}, spec: {interval: 5m, sourceRef: {kind: GitRepository, name: ${source}}${spec}}, status: ${status}}`,
  ) as K8sObject;
const app = readKustomization(object('app', ', dependsOn: [{name: base}]'));
const ready = (revision: string, generation = 2): string =>
  `{observedGeneration: ${generation}, lastAppliedRevision: "${revision}", conditions: [{type: Ready, status: "True"}]}`;
const check = (base: K8sObject | undefined) => checkDependencies(app, 'r2', () => Promise.resolve(base), undefined, 0);

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

const depending = (entry: string) => readKustomization(object('app', `, dependsOn: [${entry}]`));
const codeOf = (work: Promise<void>): Promise<string> =>
  work.then(
    () => 'ready',
    (error: unknown) => (isFluxError(error) ? `${error.code}: ${error.message}` : String(error)),
  );

it('checkDependencies() evaluates readyExpr in the place of all that, or says reconcile/no-cel', async () => {
  const answer = async (expression: string, cel: CelPort | undefined = { compile }): Promise<string> =>
    codeOf(
      checkDependencies(
        depending(`{name: base, readyExpr: "${expression}"}`),
        'r2',
        () => Promise.resolve(object('base', '', '{phase: Active}')),
        cel,
        0,
      ),
    );
  assert.equal(await answer("dep.status.phase == 'Active' && self.metadata.name == 'app'"), 'ready');
  assert.equal(
    await answer("dep.status.phase == 'Done'"),
    "reconcile/dependency-not-ready: dependency 'apps/base' is not ready according to readyExpr eval",
  );
  assert.equal(
    await answer("dep.status.nope == 'Done'"),
    "reconcile/dependency-not-ready: failed to evaluate the CEL expression 'dep.status.nope == 'Done'': no such key: nope",
  );
  assert.equal(
    await answer('dep.status.phase'),
    'reconcile/invalid-cel: Reconciliation failed terminally due to configuration error: terminal error: failed to evaluate dependency base: CEL expression output type mismatch: expected bool, got dyn',
  );
  const unable = await codeOf(
    checkDependencies(
      depending('{name: base, readyExpr: "true"}'),
      'r2',
      () => Promise.resolve(object('base', '')),
      undefined,
      0,
    ),
  );
  assert.match(unable, /^reconcile\/no-cel: /);
});

it('checkDependencies() takes objects of any kind by their status, or by being there', async () => {
  const answer = async (entry: string, found: string | undefined): Promise<string> => {
    const asked: string[] = [];
    const find = (ref: ObjectRef) => {
      asked.push(formatSubject(ref));
      return Promise.resolve(found === undefined ? undefined : (parseYaml(found) as K8sObject));
    };
    return `${await codeOf(checkDependencies(depending(entry), 'r2', find, { compile }, 0))} (${asked.join()})`;
  };
  const release = '{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, name: cert-manager, namespace: certs}';
  const crd =
    '{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, name: issuers.cert-manager.io, ready: false, readyExpr: nonsense}';
  const live = (status: string): string =>
    `{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: cert-manager, namespace: certs, generation: 1}, status: ${status}}`;
  const ready = '{observedGeneration: 1, conditions: [{type: Ready, status: "True"}]}';
  const blocked = "reconcile/dependency-not-ready: dependency 'HelmRelease/certs/cert-manager' is not ready";
  assert.equal(await answer(release, live(ready)), 'ready (HelmRelease/certs/cert-manager)');
  assert.equal(await answer(release, live('{}')), `${blocked} (HelmRelease/certs/cert-manager)`);
  assert.equal(await answer(release, live(ready.replace('True', 'False'))), `${blocked} (HelmRelease/certs/cert-manager)`);
  assert.equal(
    await answer(crd, '{kind: X, apiVersion: v1, metadata: {name: x}}'),
    'ready (CustomResourceDefinition/issuers.cert-manager.io)',
  );
  assert.match(
    await answer(crd, undefined),
    /^reconcile\/dependency-not-ready: .*'CustomResourceDefinition\/issuers.cert-manager.io' not found/,
  );
  assert.equal(
    await answer(
      '{apiVersion: v1, kind: ConfigMap, name: c, namespace: apps}',
      '{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}',
    ),
    'ready (ConfigMap/apps/c)',
  );
});

it('readKustomization() wants the apiVersion of a dependency of another kind', () => {
  assert.throws(
    () => depending('{kind: HelmRelease, name: x}'),
    (error) => isFluxError(error, 'reconcile/invalid-object'),
  );
});
