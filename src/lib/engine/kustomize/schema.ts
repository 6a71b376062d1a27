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
  /** The definition of a name, such as `io.k8s.api.core.v1.PodSpec`. */
  ofName(name: string): SchemaNode | undefined;
}

type TableField = readonly [next: number, shape: 0 | 1 | 2, strategy: string, ...keys: string[]];

interface Table {
  readonly kinds: Readonly<Record<string, number>>;
  readonly names: readonly string[];
  readonly definitions: readonly Readonly<Record<string, TableField>>[];
}

/** The schema that is built in; it is read when first asked. */
export function builtInSchema(): Schema {
  let table: Table | undefined;
  const kinds = new Map<string, SchemaNode | undefined>();
  const load = (): Table => {
    table ??= JSON.parse(SCHEMA_JSON) as Table;
    return table;
  };
  return {
    ofName(name) {
      const number = name.startsWith('io.k8s.') ? load().names.indexOf(name.slice('io.k8s.'.length)) : -1;
      return number < 0 ? undefined : tableNode(load(), [number, 0, '']);
    },
    ofKind(apiVersion, kind) {
      const key = `${apiVersion}/${kind}`;
      if (!kinds.has(key)) {
        const number = Object.hasOwn(load().kinds, key) ? load().kinds[key] : undefined;
        kinds.set(key, number === undefined ? undefined : tableNode(load(), [number, 0, '']));
      }
      return kinds.get(key);
    },
  };
}

/** Each field of a node, and what its lists and maps hold, is made once: merges ask for the same ones all the time. */
function tableNode(table: Table, [next, shape, strategy, ...keys]: TableField): SchemaNode {
  const fields = new Map<string, SchemaNode | undefined>();
  let held: SchemaNode | undefined;
  const inner = (): SchemaNode | undefined => {
    if (next >= 0) held ??= tableNode(table, [next, 0, '']);
    return held;
  };
  return {
    merges: strategy.split(',').includes('merge'),
    keys,
    field(name) {
      if (shape === 1) return undefined;
      if (shape === 2) return inner();
      const known = fields.get(name);
      if (known !== undefined || fields.has(name)) return known;
      const definition = table.definitions[next];
      const field = definition !== undefined && Object.hasOwn(definition, name) ? definition[name] : undefined;
      const node = field === undefined ? undefined : tableNode(table, field);
      fields.set(name, node);
      return node;
    },
    elements: () => (shape === 1 ? inner() : undefined),
  };
}

/** How a schema that a user wrote stands to the built-in one. */
export interface Fallback {
  readonly schema: Schema;
  /** True: where both have a definition, the built-in one counts. */
  readonly wins: boolean;
}

/**
 * Makes a schema of an OpenAPI document that a user wrote.
 *
 * @param document the parsed document
 * @param fallback the built-in schema, where it counts too
 * @throws {FluxError} kustomize/openapi: it has no definitions
 */
export function customSchema(document: JsonValue, file: string, fallback: Fallback | undefined): Schema {
  const definitions = isJsonObject(document) ? document['definitions'] : undefined;
  if (!isJsonObject(document) || (definitions !== undefined && definitions !== null && !isJsonObject(definitions))) {
    throw new FluxError('kustomize/openapi', `read openapi "${file}": it has no map "definitions"`, { source: { file } });
  }
  const own: Own = { definitions: isJsonObject(definitions) ? definitions : {}, fallback };
  const byKind = new Map<string, JsonObject>();
  for (const definition of Object.values(own.definitions)) {
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
    ofName: (name) => definitionNamed(own, name),
    ofKind(apiVersion, kind) {
      const builtIn = fallback?.schema.ofKind(apiVersion, kind);
      const definition = byKind.get(`${apiVersion}/${kind}`);
      return definition === undefined || (fallback?.wins === true && builtIn !== undefined)
        ? builtIn
        : openApiNode(own, definition);
    },
  };
}

interface Own {
  readonly definitions: JsonObject;
  readonly fallback: Fallback | undefined;
}

function definitionNamed({ definitions, fallback }: Own, name: string): SchemaNode | undefined {
  const builtIn = fallback?.schema.ofName(name);
  const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
  if (!isJsonObject(definition) || (fallback?.wins === true && builtIn !== undefined)) return builtIn;
  return openApiNode({ definitions, fallback }, definition);
}

function openApiNode(own: Own, schema: JsonObject): SchemaNode {
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
      return isJsonObject(found) ? follow(own, found) : undefined;
    },
    elements() {
      const { items, type } = schema;
      return type === 'array' && isJsonObject(items) ? follow(own, items) : undefined;
    },
  };
}

function follow(own: Own, schema: JsonObject): SchemaNode | undefined {
  const reference = schema['$ref'];
  return typeof reference === 'string'
    ? definitionNamed(own, reference.replace(/^#\/definitions\//, ''))
    : openApiNode(own, schema);
}
