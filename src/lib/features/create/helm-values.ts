import { FluxError, messageOf } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { readFileFor, type ReadFile } from './read-files.ts';

/**
 * Reads files of Helm values and lays each over those before it: maps are merged, everything else is replaced.
 *
 * Effects: reads the files
 * Source: fluxcd/flux2 cmd/flux/create_helmrelease.go, fluxcd/pkg runtime/transform MergeMaps
 * Differs: integers keep all their digits; upstream takes them through a double
 *
 * @throws {FluxError} create/unreadable-file, create/bad-values
 */
export async function readHelmValues(paths: readonly string[], readFile: ReadFile): Promise<JsonObject> {
  // Only values need the YAML reader.
  const { parseYaml } = await import('../../core/yaml/index.ts');
  let values: JsonObject = {};
  for (const path of paths) {
    const text = await readFileFor(`reading values from ${path} failed`, path, readFile);
    let parsed: JsonValue;
    try {
      parsed = (parseYaml(text, { file: path, schema: 'sigs' }) ?? null) as JsonValue;
    } catch (cause) {
      throw new FluxError('create/bad-values', `converting values to JSON from ${path} failed: ${messageOf(cause)}`, {
        source: { file: path },
        cause,
      });
    }
    if (parsed !== null && !isJsonObject(parsed)) {
      throw new FluxError(
        'create/bad-values',
        `unmarshaling values from ${path} failed: json: cannot unmarshal ${typeName(parsed)} into Go value of type map[string]interface {}`,
        { source: { file: path }, hint: 'a file of values is a map: key: value' },
      );
    }
    values = mergeMaps(values, parsed ?? {});
  }
  return values;
}

function mergeMaps(below: JsonObject, above: JsonObject): JsonObject {
  const merged = new Map<string, JsonValue | undefined>(Object.entries(below));
  for (const [key, value] of Object.entries(above)) {
    const old = merged.get(key);
    merged.set(key, isJsonObject(old) && isJsonObject(value) ? mergeMaps(old, value) : value);
  }
  // A key may be "__proto__": fromEntries defines it like any other.
  return Object.fromEntries(merged);
}

function typeName(value: JsonValue): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'number';
}
