/** The part of an OpenAPI v3 schema that the definitions use. */
export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly nullable?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
}

/**
 * Writes a schema as a TypeScript type.
 *
 * Literal object types rather than interfaces: only those can be assigned to a `JsonObject`.
 *
 * Effects: none
 *
 * @example formatType({ type: 'array', items: { type: 'string' } }) // 'string[]'
 */
export function formatType(schema: Schema): string {
  const type = formatPlainType(schema);
  return schema.nullable === true ? `${type} | null` : type;
}

function formatPlainType(schema: Schema): string {
  if (schema['x-kubernetes-int-or-string'] === true) return 'number | string';
  if (schema.enum !== undefined) return schema.enum.map((value) => formatLiteral(value)).join(' | ');
  switch (schema.type) {
    case 'string':
      return 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return formatArray(schema);
    case 'object':
      return formatObject(schema);
    default:
      return 'JsonValue';
  }
}

function formatLiteral(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function formatArray(schema: Schema): string {
  const item = schema.items === undefined ? 'JsonValue' : formatType(schema.items);
  return /^[A-Za-z]+$/.test(item) ? `${item}[]` : `Array<${item}>`;
}

function formatObject(schema: Schema): string {
  if (schema.properties === undefined) {
    const values = schema.additionalProperties;
    return typeof values === 'object' ? `Record<string, ${formatType(values)}>` : 'JsonObject';
  }
  const required = new Set(schema.required);
  const members = Object.entries(schema.properties).map(([name, member]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`;
    return `${key}${required.has(name) ? '' : '?'}: ${formatType(member)};`;
  });
  return members.length === 0 ? 'JsonObject' : `{\n${members.join('\n')}\n}`;
}
