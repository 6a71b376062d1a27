import { FluxError } from '../../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { parseYaml } from '../../../core/yaml/index.ts';

/**
 * Reads credentials as YAML or JSON.
 *
 * Effects: none
 *
 * @param what how messages call them
 * @throws {FluxError} sops/bad-key: it is not a map; the text is not told
 */
export function readCredentials(text: string, what: string): JsonObject {
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch {
    value = undefined;
  }
  if (isJsonObject(value)) return value;
  throw new FluxError('sops/bad-key', `failed to unmarshal ${what}: it is neither YAML nor JSON with fields`);
}

/** A field as text; empty where it is absent. */
export function textOf(fields: JsonObject, name: string): string {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'string' ? value : '';
}
