import { FluxError } from '../../core/errors.ts';
import { GROUP } from '../../core/flux.ts';
import { isJsonObject, type JsonObject, type JsonValue, setOwn } from '../../core/json.ts';
import { formatSubject, type K8sObject } from '../../core/objects.ts';
import { readList, readPath, readText } from '../../core/read-object.ts';
import { emitYaml, parseYaml } from '../../core/yaml/index.ts';
import { type DebugPart, type DebugResult, documented } from './debug-kustomization.ts';
import { readExisting } from './find-objects.ts';
import type { ObjectGetter } from './ports.ts';
import { setValueAt } from './set-value-at.ts';

/**
 * Reads the status of a HelmRelease, its history, or the values that its chart would be given now, those of Secrets in clear.
 *
 * Effects: reads the cluster
 * Source: fluxcd/flux2 cmd/flux/debug_helmrelease.go; fluxcd/pkg chartutil
 *
 * @throws {FluxError} inspect/not-found, inspect/bad-values
 */
export async function debugHelmRelease(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  part: Exclude<DebugPart, 'vars'>,
  kube: ObjectGetter,
): Promise<DebugResult> {
  const object = await readExisting({ apiVersion: `${GROUP.helm}/v2`, kind: 'HelmRelease', namespace, name }, kube);
  if (part !== 'values') return documented(object, part, 'helm/helmreleases/#');
  const values = await readValues(object, kube);
  return { data: values, text: emitYaml(values) };
}

async function readValues(release: K8sObject, kube: ObjectGetter): Promise<JsonObject> {
  let values: JsonObject = {};
  for (const source of readList(release, 'spec', 'valuesFrom')) {
    const text = await readValue(source, release.metadata.namespace ?? '', kube);
    if (text === undefined) continue;
    const target = readText(source, 'targetPath');
    if (target !== '') {
      values = setValueAt(values, target, text);
      continue;
    }
    const parsed = text.trim() === '' ? {} : parseValues(text, source);
    values = mergeValues(values, parsed);
  }
  const own = readPath(release, 'spec', 'values');
  return mergeValues(values, isJsonObject(own) ? own : {});
}

function parseValues(text: string, source: JsonValue): JsonObject {
  const value = parseYaml(text);
  if (isJsonObject(value)) return value;
  throw new FluxError(
    'inspect/bad-values',
    `unable to read values from key '${keyOf(source)}' in ${readText(source, 'kind')} '${readText(source, 'name')}': it is no map`,
    { hint: 'the key must hold YAML, or spec.valuesFrom a targetPath' },
  );
}

/** What a reference leads to; `undefined` where it is not there and need not be. */
async function readValue(source: JsonValue, namespace: string, kube: ObjectGetter): Promise<string | undefined> {
  const ref = { apiVersion: 'v1', kind: readText(source, 'kind'), namespace, name: readText(source, 'name') };
  const key = keyOf(source);
  const found = await kube.get(ref);
  const text = readText(found, 'data', key);
  const isThere = readPath(found, 'data', key) !== undefined;
  if (isThere) return ref.kind === 'Secret' ? Buffer.from(text, 'base64').toString('utf8') : text;
  if (readPath(source, 'optional') === true) return undefined;
  const what = found === undefined ? 'not found' : `has no key '${key}'`;
  throw new FluxError('inspect/not-found', `could not find values: ${formatSubject(ref)} ${what}`, {
    subject: ref,
    hint: 'create it, or set optional: true in spec.valuesFrom',
  });
}

function keyOf(source: JsonValue): string {
  return readText(source, 'valuesKey') || 'values.yaml';
}

/** Maps are merged, all else is replaced. */
export function mergeValues(under: JsonObject, over: JsonObject): JsonObject {
  const merged: JsonObject = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(merged, key) ? merged[key] : undefined;
    setOwn(merged, key, isJsonObject(below) && isJsonObject(value) ? mergeValues(below, value) : value);
  }
  return merged;
}
