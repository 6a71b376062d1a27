import { FluxError } from '../../core/errors.ts';
import { isJsonObject, parseJson } from '../../core/json.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { parseYaml } from '../../core/yaml/index.ts';
import type { Context, Loader } from './context.ts';
import { completeFieldSpec } from './field-spec.ts';
import { mergeFieldSpecs, NO_FIELD_SPECS } from './field-specs.ts';
import { loadText } from './load.ts';
import type { FieldSpec, FieldSpecs, NameReference } from './types.ts';

/**
 * Reads rules of place out of the OpenAPI files that `crds` names: fields marked as annotation, label selector, identity or
 * reference.
 *
 * @throws {FluxError} kustomize/configuration: a file is no OpenAPI definition
 */
export function readCrds(context: Context, loader: Loader, paths: readonly string[]): FieldSpecs {
  let specs = NO_FIELD_SPECS;
  for (const path of paths) specs = mergeFieldSpecs(specs, specsOfFile(parse(loadText(context, loader, path), path)));
  return specs;
}

function parse(text: string, path: string): JsonObject {
  let value: JsonValue;
  try {
    value = text.startsWith('{') ? parseJson(text) : parseYaml(text, { file: path, schema: 'sigs' });
  } catch (cause) {
    throw new FluxError('kustomize/configuration', `read crds "${path}": unable to parse open API definition`, {
      source: { file: path },
      cause,
    });
  }
  if (value === null && text !== '') return {};
  if (!isJsonObject(value)) {
    throw new FluxError('kustomize/configuration', `read crds "${path}": unable to parse open API definition: it must be a map`, {
      source: { file: path },
    });
  }
  return value;
}

interface Collected {
  readonly commonAnnotations: FieldSpec[];
  readonly commonLabels: FieldSpec[];
  readonly namePrefix: FieldSpec[];
  readonly nameReference: NameReference[];
}

function specsOfFile(definitions: JsonObject): FieldSpecs {
  let specs = NO_FIELD_SPECS;
  for (const name of Object.keys(definitions)) {
    const properties = propertiesOf(definitions, name);
    if (properties === undefined || !['kind', 'apiVersion', 'metadata'].every((field) => Object.hasOwn(properties, field)))
      continue;
    const collected: Collected = { commonAnnotations: [], commonLabels: [], namePrefix: [], nameReference: [] };
    collect(collected, name.split('.').at(-1) ?? '', definitions, name, [], new Set());
    specs = mergeFieldSpecs(specs, { ...NO_FIELD_SPECS, ...collected });
  }
  return specs;
}

function propertiesOf(definitions: JsonObject, name: string): JsonObject | undefined {
  const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
  if (!isJsonObject(definition)) return undefined;
  const schema = definition['Schema'] ?? definition['schema'];
  const properties = isJsonObject(schema) ? schema['properties'] : undefined;
  return isJsonObject(properties) ? properties : undefined;
}

function collect(
  into: Collected,
  kind: string,
  definitions: JsonObject,
  name: string,
  path: readonly string[],
  visiting: ReadonlySet<string>,
): void {
  if (visiting.has(name)) return;
  for (const [field, property] of Object.entries(propertiesOf(definitions, name) ?? {})) {
    if (!isJsonObject(property)) continue;
    const at = [...path, field];
    const spec = (parts: readonly string[]): FieldSpec => completeFieldSpec({ kind, path: parts.join('/') });
    if (typeof property['x-kubernetes-annotation'] === 'string') into.commonAnnotations.push(spec(at));
    if (typeof property['x-kubernetes-label-selector'] === 'string') into.commonLabels.push(spec(at));
    if (typeof property['x-kubernetes-identity'] === 'string') into.namePrefix.push(spec(at));
    const version = property['x-kubernetes-object-ref-api-version'];
    const referred = property['x-kubernetes-object-ref-kind'];
    if (typeof version === 'string' && typeof referred === 'string') {
      const key = property['x-kubernetes-object-ref-name-key'];
      into.nameReference.push({
        group: '',
        version,
        kind: referred,
        fieldSpecs: [spec([...at, typeof key === 'string' ? key : 'name'])],
      });
    }
    const reference = property['$ref'];
    if (typeof reference === 'string') collect(into, kind, definitions, reference, at, new Set([...visiting, name]));
  }
}
