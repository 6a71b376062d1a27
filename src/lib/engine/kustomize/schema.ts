import { FluxError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { SCHEMA_JSON } from './schema-table.ts';

/** What the schema says about a value. */
export interface SchemaNode {
  /** True where the list's elements are merged. */
  readonly merges: boolean;
  /** Keys by which elements are told apart; none for lists of scalars. */
  readonly keys: readonly string[];
  field(name: string): SchemaNode | undefined;
  elements(): SchemaNode | undefined;
}

/** Gives the schema of a kind. */
export interface Schema {
  ofKind(apiVersion: string, kind: string): SchemaNode | undefined;
}

type TableField = readonly [next: number, shape: 0 | 1 | 2, strategy: string, ...keys: string[]];

interface Table {
  readonly kinds: Readonly<Record<string, number>>;
  readonly definitions: readonly Readonly<Record<string, TableField>>[];
}

/** The schema that is built in; it is read when first asked. */
export function builtInSchema(): Schema {
  let table: Table | undefined;
  return {
    ofKind(apiVersion, kind) {
      table ??= JSON.parse(SCHEMA_JSON) as Table;
      const key = `${apiVersion}/${kind}`;
      const number = Object.hasOwn(table.kinds, key) ? table.kinds[key] : undefined;
      return number === undefined ? undefined : tableNode(table, [number, 0, '']);
    },
  };
}

function tableNode(table: Table, [next, shape, strategy, ...keys]: TableField): SchemaNode {
  const inner = (): SchemaNode | undefined => (next < 0 ? undefined : tableNode(table, [next, 0, '']));
  return {
    merges: strategy.split(',').includes('merge'),
    keys,
    field(name) {
      if (shape === 1) return undefined;
      if (shape === 2) return inner();
      const definition = table.definitions[next];
      const field = definition !== undefined && Object.hasOwn(definition, name) ? definition[name] : undefined;
      return field === undefined ? undefined : tableNode(table, field);
    },
    elements: () => (shape === 1 ? inner() : undefined),
  };
}

/**
 * Makes a schema of an OpenAPI document that a user wrote.
 *
 * @param document the parsed document
 * @param fallback asked for kinds that the document does not have
 * @throws {FluxError} kustomize/openapi: it has no definitions
 */
export function customSchema(document: JsonValue, file: string, fallback: Schema | undefined): Schema {
  const definitions = isJsonObject(document) ? document['definitions'] : undefined;
  if (!isJsonObject(document) || (definitions !== undefined && definitions !== null && !isJsonObject(definitions))) {
    throw new FluxError('kustomize/openapi', `read openapi "${file}": it has no map "definitions"`, { source: { file } });
  }
  const all = isJsonObject(definitions) ? definitions : {};
  const byKind = new Map<string, JsonObject>();
  for (const definition of Object.values(all)) {
    if (!isJsonObject(definition)) continue;
    const kinds = definition['x-kubernetes-group-version-kind'];
    for (const entry of Array.isArray(kinds) ? kinds : []) {
      if (!isJsonObject(entry)) continue;
      const { group, version, kind } = entry;
      const apiVersion = typeof group === 'string' && group !== '' ? `${group}/${String(version)}` : String(version);
      byKind.set(`${apiVersion}/${String(kind)}`, definition);
    }
  }
  return {
    ofKind(apiVersion, kind) {
      const definition = byKind.get(`${apiVersion}/${kind}`);
      return definition === undefined ? fallback?.ofKind(apiVersion, kind) : openApiNode(all, definition);
    },
  };
}

function openApiNode(definitions: JsonObject, schema: JsonObject): SchemaNode {
  const strategy = schema['x-kubernetes-patch-strategy'];
  const keyList = schema['x-kubernetes-list-map-keys'];
  const key = schema['x-kubernetes-patch-merge-key'];
  const hasStrategy = typeof strategy === 'string';
  return {
    merges: hasStrategy && strategy.split(',').includes('merge'),
    keys: !hasStrategy ? [] : Array.isArray(keyList) ? keyList.map(String) : typeof key === 'string' ? [key] : [],
    field(name) {
      const { properties, additionalProperties } = schema;
      const found = isJsonObject(properties) && Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
      return isJsonObject(found) ? openApiNode(definitions, resolve(definitions, found)) : undefined;
    },
    elements() {
      const { items, type } = schema;
      return type === 'array' && isJsonObject(items) ? openApiNode(definitions, resolve(definitions, items)) : undefined;
    },
  };
}

function resolve(definitions: JsonObject, schema: JsonObject): JsonObject {
  let found = schema;
  for (let steps = 0; steps < 100; steps++) {
    const reference = found['$ref'];
    if (typeof reference !== 'string') return found;
    const next = definitions[reference.replace(/^#\/definitions\//, '')];
    if (!isJsonObject(next)) return {};
    found = next;
  }
  return {};
}
