import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { parseYaml } from '../../../../../src/lib/core/yaml/index.ts';
import { compileIgnoreRules } from '../../../../../src/lib/features/reconcile/ignore-rules.ts';
import { readKustomization } from '../../../../../src/lib/features/reconcile/read-kustomization.ts';

const having = (rules: string) =>
  readKustomization(
    parseYaml(
      `{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: app, namespace: apps}, spec: {interval: 5m, sourceRef: {kind: GitRepository, name: team}, ignore: ${rules}}}`,
    ) as K8sObject,
  );
const web = parseYaml(
  '{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: apps, labels: {tier: front}, annotations: {scaled: "yes"}}}',
) as K8sObject;
const selects = async (target: string): Promise<boolean> => {
  const [rule] = await compileIgnoreRules(having(`[{paths: [/spec/replicas], target: ${target}}]`));
  return rule?.selects(web) === true;
};

it('compileIgnoreRules() selects all where there is no target', async () => {
  const [rule] = await compileIgnoreRules(having('[{paths: [/spec/replicas, /spec/paused]}]'));
  assert.deepEqual(rule?.paths, ['/spec/replicas', '/spec/paused']);
  assert.equal(rule?.selects(web), true);
  assert.deepEqual(await compileIgnoreRules(having('[]')), []);
});

it('compileIgnoreRules() wants whole names, and all that is said', async () => {
  for (const target of [
    '{kind: Deployment}',
    '{kind: "Deploy.*", name: web|api}',
    '{group: apps, version: v1, namespace: apps}',
  ]) {
    assert.equal(await selects(target), true, target);
  }
  for (const target of [
    '{kind: Deploy}',
    '{name: we}',
    '{kind: Deployment, name: api}',
    '{group: ""  , version: v2}',
    '{namespace: app}',
  ]) {
    assert.equal(await selects(target), false, target);
  }
});

it('compileIgnoreRules() reads selectors', async () => {
  assert.equal(await selects('{labelSelector: "tier in (front, back)", annotationSelector: scaled=yes}'), true);
  assert.equal(await selects('{labelSelector: tier!=front}'), false);
});

it('compileIgnoreRules() is not held up by a pattern that doubts', async () => {
  assert.equal(await selects('{name: "(w+e*)+x"}'), false);
});

it('compileIgnoreRules() refuses what is no pattern and no selector: reconcile/bad-ignore-rule', async () => {
  await assert.rejects(selects('{name: "("}'), (error) => {
    assert.ok(isFluxError(error, 'reconcile/bad-ignore-rule'));
    assert.match(
      error.message,
      /^failed to create ignore rule selector: invalid name regex: error parsing regexp: missing closing \)/,
    );
    return true;
  });
  await assert.rejects(
    selects('{labelSelector: "a in"}'),
    /^FluxError: failed to create ignore rule selector: invalid label selector: /,
  );
});
