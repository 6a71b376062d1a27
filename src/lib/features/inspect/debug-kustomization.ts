import { FluxError } from '../../core/errors.ts';
import { GROUP } from '../../core/flux.ts';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { formatSubject, type K8sObject } from '../../core/objects.ts';
import { readList, readPath, readText } from '../../core/read-object.ts';
import { emitYaml } from '../../core/yaml/emit-yaml.ts';
import { variablesOf, withoutNewlines } from '../../engine/envsubst/index.ts';
import { readExisting } from './find-objects.ts';
import type { ObjectGetter } from './ports.ts';

/** The parts of an object that can be asked for. */
export type DebugPart = 'status' | 'history' | 'vars' | 'values';

/** A part of an object: as data, and as text. */
export interface DebugResult {
  readonly data: JsonValue;
  readonly text: string;
}

/**
 * Reads the status of a Kustomization, its history, or the variables that its build would have now. The variables are in
 * clear: who may read the Secrets may see them.
 *
 * Effects: reads the cluster
 * Source: fluxcd/flux2 cmd/flux/debug_kustomization.go
 *
 * @throws {FluxError} inspect/not-found
 */
export async function debugKustomization(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  part: Exclude<DebugPart, 'values'>,
  kube: ObjectGetter,
): Promise<DebugResult> {
  const ref = { apiVersion: `${GROUP.kustomize}/v1`, kind: 'Kustomization', namespace, name };
  const object = await readExisting(ref, kube);
  if (part !== 'vars') return documented(object, part, 'kustomize/kustomizations/#');
  const variables = await readVariables(object, kube);
  const names = Object.keys(variables).toSorted((a, b) => (a < b ? -1 : 1));
  return { data: variables, text: names.map((key) => `${key}=${variables[key] ?? ''}\n`).join('') };
}

async function readVariables(object: K8sObject, kube: ObjectGetter): Promise<Record<string, string>> {
  const namespace = object.metadata.namespace ?? '';
  const variables: Record<string, string> = {};
  for (const source of readList(object, 'spec', 'postBuild', 'substituteFrom')) {
    const ref = { apiVersion: 'v1', kind: readText(source, 'kind'), namespace, name: readText(source, 'name') };
    const found = await kube.get(ref);
    if (found !== undefined) {
      for (const [key, value] of variablesOf(found)) variables[key] = value;
    } else if (readPath(source, 'optional') !== true) {
      throw new FluxError(
        'inspect/not-found',
        `substitute from '${ref.kind}/${ref.name}' error: ${formatSubject(ref)} not found`,
        {
          subject: ref,
          hint: 'create it, or set optional: true in spec.postBuild.substituteFrom',
        },
      );
    }
  }
  const own = readPath(object, 'spec', 'postBuild', 'substitute');
  for (const [key, value] of Object.entries(isJsonObject(own) ? own : {})) variables[key] = withoutNewlines(String(value));
  return variables;
}

/**
 * The status or the history of an object as YAML, below a line that names its documentation.
 *
 * Effects: none
 *
 * @param page path of the documentation, up to the place in it
 */
export function documented(object: K8sObject, part: 'status' | 'history', page: string): DebugResult {
  const data = (part === 'status' ? object['status'] : readPath(object, 'status', 'history')) ?? (part === 'status' ? {} : []);
  const url = `https://fluxcd.io/flux/components/${page}${part === 'status' ? `${object.kind.toLowerCase()}-status` : 'history'}`;
  const title = part === 'status' ? 'Status' : 'History';
  return { data, text: `# ${title} documentation: ${url}\n${emitYaml(data)}` };
}
