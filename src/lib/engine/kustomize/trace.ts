import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { K8sObject } from '../../core/objects.ts';
import { parseYaml } from '../../core/yaml/index.ts';
import { ORIGIN_ANNOTATION, TRANSFORMATIONS_ANNOTATION } from './origin.ts';

/** A kustomization, and the generator or stage in it. */
export interface TraceStep {
  /** Relative to the folder that was built. */
  readonly file: string;
  /** Such as `ImageTagTransformer`, `ConfigMapGenerator`. */
  readonly by: string;
}

/** Where an object of a build is from. */
export interface Trace {
  /** The file with it, relative to the folder that was built; absent of one that was generated. */
  readonly file?: string;
  readonly generatedIn?: TraceStep;
  /** What it went through, in order; not each has changed it. */
  readonly changedIn: readonly TraceStep[];
}

/**
 * Reads where an object is from, which a build with `isTraced` writes on it.
 *
 * Effects: none
 */
export function readTrace({ metadata: { annotations = {} } }: K8sObject): Trace {
  const origin = parseAnnotation(annotations[ORIGIN_ANNOTATION]);
  const steps = parseAnnotation(annotations[TRANSFORMATIONS_ANNOTATION]);
  const from = isJsonObject(origin) ? origin : {};
  const generatedIn = stepOf(from);
  return {
    ...(typeof from['path'] === 'string' ? { file: from['path'] } : {}),
    ...(generatedIn === undefined ? {} : { generatedIn }),
    changedIn: (Array.isArray(steps) ? steps : []).filter(isJsonObject).flatMap((step) => stepOf(step) ?? []),
  };
}

function parseAnnotation(text: string | undefined): unknown {
  return text === undefined ? undefined : parseYaml(text);
}

function stepOf({ configuredIn, configuredBy }: JsonObject): TraceStep | undefined {
  if (typeof configuredIn !== 'string' || !isJsonObject(configuredBy)) return undefined;
  return { file: configuredIn, by: String(configuredBy['kind'] ?? '') };
}
