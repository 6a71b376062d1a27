import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../../src/lib/core/json.ts';
import { parseYaml } from '../../../../../src/lib/core/yaml/index.ts';

const ROOT = new URL('../../../../../', import.meta.url);
const RECONCILE = 'src/lib/features/reconcile';
const KUSTOMIZE = 'src/lib/engine/kustomize';

/** The file that acts on each field; of one whose members are handed on whole, the field stands for all of them. */
const HANDLED: Readonly<Record<string, string>> = {
  buildMetadata: `${KUSTOMIZE}/generate-root.ts`,
  'commonMetadata.annotations': `${RECONCILE}/read-kustomization.ts`,
  'commonMetadata.labels': `${RECONCILE}/read-kustomization.ts`,
  components: `${KUSTOMIZE}/generate-root.ts`,
  decryption: `${RECONCILE}/build-manifests.ts`,
  deletionPolicy: `${RECONCILE}/finalize-kustomization.ts`,
  'dependsOn.name': `${RECONCILE}/check-dependencies.ts`,
  'dependsOn.namespace': `${RECONCILE}/check-dependencies.ts`,
  'dependsOn.readyExpr': `${RECONCILE}/check-dependencies.ts`,
  force: `${RECONCILE}/apply-manifests.ts`,
  'healthCheckExprs.apiVersion': `${RECONCILE}/custom-status.ts`,
  'healthCheckExprs.current': `${RECONCILE}/custom-status.ts`,
  'healthCheckExprs.failed': `${RECONCILE}/custom-status.ts`,
  'healthCheckExprs.inProgress': `${RECONCILE}/custom-status.ts`,
  'healthCheckExprs.kind': `${RECONCILE}/custom-status.ts`,
  'healthChecks.apiVersion': `${RECONCILE}/read-kustomization.ts`,
  'healthChecks.kind': `${RECONCILE}/read-kustomization.ts`,
  'healthChecks.name': `${RECONCILE}/read-kustomization.ts`,
  'healthChecks.namespace': `${RECONCILE}/read-kustomization.ts`,
  'ignore.paths': `${RECONCILE}/ignore-rules.ts`,
  'ignore.target.annotationSelector': `${RECONCILE}/ignore-rules.ts`,
  'ignore.target.group': `${RECONCILE}/ignore-rules.ts`,
  'ignore.target.kind': `${RECONCILE}/ignore-rules.ts`,
  'ignore.target.labelSelector': `${RECONCILE}/ignore-rules.ts`,
  'ignore.target.name': `${RECONCILE}/ignore-rules.ts`,
  'ignore.target.namespace': `${RECONCILE}/ignore-rules.ts`,
  'ignore.target.version': `${RECONCILE}/ignore-rules.ts`,
  ignoreMissingComponents: `${KUSTOMIZE}/generate-root.ts`,
  images: `${KUSTOMIZE}/generate-root.ts`,
  interval: `${RECONCILE}/run-state.ts`,
  'kubeConfig.configMapRef.name': `${RECONCILE}/open-remote.ts`,
  'kubeConfig.secretRef.key': `${RECONCILE}/open-remote.ts`,
  'kubeConfig.secretRef.name': `${RECONCILE}/open-remote.ts`,
  namePrefix: `${KUSTOMIZE}/generate-root.ts`,
  nameSuffix: `${KUSTOMIZE}/generate-root.ts`,
  patches: `${KUSTOMIZE}/generate-root.ts`,
  path: `${RECONCILE}/build-manifests.ts`,
  'postBuild.substitute': `${RECONCILE}/read-kustomization.ts`,
  'postBuild.substituteFrom.kind': `${RECONCILE}/read-variables.ts`,
  'postBuild.substituteFrom.name': `${RECONCILE}/read-variables.ts`,
  'postBuild.substituteFrom.optional': `${RECONCILE}/read-variables.ts`,
  'postBuild.substituteStrategy': `${RECONCILE}/read-kustomization.ts`,
  prune: `${RECONCILE}/prune-stale.ts`,
  retryInterval: `${RECONCILE}/reconcile-kustomization.ts`,
  serviceAccountName: `${RECONCILE}/act-as.ts`,
  'sourceRef.kind': `${RECONCILE}/resolve-source.ts`,
  'sourceRef.name': `${RECONCILE}/resolve-source.ts`,
  'sourceRef.namespace': `${RECONCILE}/resolve-source.ts`,
  suspend: `${RECONCILE}/reconcile-kustomization.ts`,
  targetNamespace: `${KUSTOMIZE}/generate-root.ts`,
  timeout: `${RECONCILE}/check-health.ts`,
  wait: `${RECONCILE}/check-health.ts`,
};

/** Fields that change nothing in a driven run, and why. */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  'sourceRef.apiVersion': 'the kind says enough, as it does for the controller',
};

/** How a field is called where it is acted on, if not by its own name. */
const ALSO_CALLED: Readonly<Record<string, string>> = { suspend: 'isSuspended' };

it('every field of the Kustomization in the definition that ships is acted on, or listed with a reason', () => {
  const known = new Set([...Object.keys(HANDLED), ...Object.keys(WITHOUT_EFFECT)]);
  const fields = listFields(specSchema(), '').filter((field) => !known.has(field));
  assert.deepEqual(fields, [], 'new fields of the API: act on them, or refuse them with a code of their own');
});

it('every field on the list is in the definition', () => {
  const fields = new Set(listFields(specSchema(), ''));
  assert.deepEqual(
    Object.keys(HANDLED).filter((field) => !fields.has(field)),
    [],
  );
});

it('the file that acts on a field names it', () => {
  const silent = Object.entries(HANDLED).filter(([field, file]) => {
    const path = fileURLToPath(new URL(file, ROOT));
    const word = ALSO_CALLED[field] ?? field.split('.').at(-1) ?? '';
    return !existsSync(path) || !new RegExp(`\\b${word}`).test(readFileSync(path, 'utf8'));
  });
  assert.deepEqual(silent, []);
});

function specSchema(): JsonObject {
  const path = fileURLToPath(new URL('manifests/crds/kustomize-controller/kustomizations.yaml', ROOT));
  const definition = parseYaml(readFileSync(path, 'utf8'));
  const versions = memberOf(memberOf(definition, 'spec'), 'versions');
  const version = (Array.isArray(versions) ? versions : []).find((one) => memberOf(one, 'name') === 'v1');
  const spec = ['schema', 'openAPIV3Schema', 'properties', 'spec'].reduce<JsonValue | undefined>(memberOf, version);
  assert.ok(isJsonObject(spec));
  return spec;
}

function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}

/** The leaves; what is handed on whole counts as one. */
function listFields(schema: JsonObject, path: string): string[] {
  if (HANDLED[path] !== undefined) return [path];
  const inner = isJsonObject(schema['items']) ? schema['items'] : schema;
  const properties = inner['properties'];
  if (!isJsonObject(properties)) return [path];
  return Object.entries(properties).flatMap(([name, child]) =>
    isJsonObject(child) ? listFields(child, path === '' ? name : `${path}.${name}`) : [],
  );
}
