import { FluxError } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import { composeSimple } from './compose-simple.ts';
import { composeYaml } from './compose-yaml.ts';
import type { ComposedDocument, Composer, WrittenScalar, YamlLimits } from './compose-yaml.ts';
import { formatYamlNumber } from './format-number.ts';
import { positionAt } from './position.ts';
import { resolvePlain } from './resolve-scalar.ts';
import type { ResolvedScalar, YamlSchema } from './resolve-scalar.ts';
import type { ScalarRules } from './scalar-rules.ts';

/** Options of parsing. */
export interface ParseYamlOptions extends YamlLimits {
  /** Named in errors; default `<input>`. */
  readonly file?: string;
  /** Which library's rules hold; default `sigs`. */
  readonly schema?: YamlSchema;
}

/** One document of a stream. */
export interface YamlDocument {
  readonly value: JsonValue;
  /** Line where its content starts, from 1. */
  readonly line: number;
}

/**
 * Reads the first document of a YAML text as sigs.k8s.io/yaml (or kustomize) would; JSON is YAML too.
 *
 * Integers beyond 2^53 are exact (`bigint`). Nothing at all reads as `null`.
 *
 * Effects: none
 * Differs: with the schema `kyaml` dates become RFC 3339 texts, as they would on the way to JSON.
 *
 * @throws {FluxError} yaml/invalid, yaml/too-large, yaml/alias-bomb
 * @example parseYaml('a: yes') // { a: true }
 */
export function parseYaml(text: string, options: ParseYamlOptions = {}): JsonValue {
  const { file = '<input>', schema = 'sigs' } = options;
  const [first] = compose(text, file, schema, options);
  return (first?.value ?? null) as JsonValue;
}

/**
 * Reads all documents of a stream; blank and null documents are left out.
 *
 * Effects: none
 *
 * @throws {FluxError} yaml/invalid, yaml/too-large, yaml/alias-bomb
 */
export function parseYamlDocuments(text: string, options: ParseYamlOptions = {}): YamlDocument[] {
  const { file = '<input>', schema = 'sigs' } = options;
  const documents: YamlDocument[] = [];
  let line = 1;
  let counted = 0;
  for (const { value, offset } of compose(text, file, schema, options)) {
    if (value === undefined || value === null) continue;
    // Counted on from the document before, so that a stream of many documents is read in linear time.
    for (let next = text.indexOf('\n', counted); next >= 0 && next < offset; next = text.indexOf('\n', counted)) {
      line++;
      counted = next + 1;
    }
    documents.push({ value: value as JsonValue, line });
  }
  return documents;
}

function compose(text: string, file: string, schema: YamlSchema, limits: YamlLimits): ComposedDocument[] {
  return composeSimple(text, RULES[schema], limits) ?? composeYaml(text, composerOf(text, file, schema), file, limits);
}

/** What becomes of scalars without a tag where nothing is wrong with them; `composerOf` says what is wrong with the others. */
const RULES: Readonly<Record<YamlSchema, ScalarRules>> = { sigs: rulesOf('sigs'), kyaml: rulesOf('kyaml') };

function rulesOf(schema: YamlSchema): ScalarRules {
  return {
    plain(text) {
      const { tag, value } = resolvePlain(text, schema);
      if (tag === 'timestamp' && schema === 'sigs') return text;
      return typeof value === 'number' && !Number.isFinite(value) ? undefined : value;
    },
    quoted: (text) => text,
    key(text) {
      const { tag, value } = resolvePlain(text, schema);
      if (tag === 'str' || tag === 'timestamp' || tag === 'merge') return text;
      if (schema === 'kyaml' || value === null) return undefined;
      return typeof value === 'number' || typeof value === 'bigint' ? formatYamlNumber(value) : String(value);
    },
  };
}

function composerOf(text: string, file: string, schema: YamlSchema): Composer {
  const fail = (what: string, offset: number) =>
    new FluxError('yaml/invalid', `read YAML: ${what}`, { source: { file, ...positionAt(text, offset) } });
  return {
    mergeInPlace: schema === 'sigs',
    isMerge: (scalar) => isMergeKey(scalar),
    scalar(scalar) {
      const { tag, value } = resolveTagged(scalar, schema, fail);
      // In sigs.k8s.io/yaml a date is read into a string as it was written.
      if (tag === 'timestamp' && schema === 'sigs') return scalar.text;
      if (typeof value === 'number' && !Number.isFinite(value)) throw fail(`unsupported value: ${scalar.text}`, scalar.offset);
      return value;
    },
    key(scalar) {
      const { tag, value } = resolveTagged(scalar, schema, fail);
      if (tag === 'str' || tag === 'timestamp' || tag === 'merge') return scalar.text;
      if (schema === 'kyaml' || value === null)
        throw fail(`a map key must be a string, "${scalar.text}" is ${tag}`, scalar.offset);
      return typeof value === 'number' || typeof value === 'bigint' ? formatYamlNumber(value) : String(value);
    },
    duplicate(key, offset, firstOffset) {
      if (schema === 'sigs') return;
      const { line } = positionAt(text, firstOffset);
      throw fail(`mapping key "${key}" already defined at line ${line}`, offset);
    },
  };
}

/** Tells whether a key is `<<` as merge key. */
export function isMergeKey(scalar: WrittenScalar): boolean {
  return scalar.text === '<<' && (scalar.tag === '!!merge' || (scalar.plain && scalar.tag === ''));
}

/**
 * Resolves a scalar with its explicit tag; unknown tags are ignored.
 *
 * @throws the error that `fail` makes: the text does not fit the tag
 */
export function resolveTagged(
  scalar: WrittenScalar,
  schema: YamlSchema,
  fail: (what: string, offset: number) => FluxError,
): ResolvedScalar {
  const { text, tag } = scalar;
  if (tag === '') return scalar.plain ? resolvePlain(text, schema) : { tag: 'str', value: text };
  switch (tag) {
    case '!!int':
    case '!!float':
    case '!!bool':
    case '!!null':
    case '!!timestamp': {
      const found = resolvePlain(text, schema);
      const wanted = tag.slice(2);
      if (found.tag === wanted) return found;
      if (wanted === 'float' && found.tag === 'int') return { tag: 'float', value: found.value };
      throw fail(`cannot decode !!${found.tag} \`${text}\` as a ${tag}`, scalar.offset);
    }
    case '!!binary':
      return { tag: 'str', value: decodeBinary(text, scalar, fail) };
    default:
      return { tag: 'str', value: text };
  }
}

function decodeBinary(text: string, scalar: WrittenScalar, fail: (what: string, offset: number) => FluxError): string {
  const compact = text.replace(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) {
    throw fail('!!binary value contains invalid base64 data', scalar.offset);
  }
  return new TextDecoder().decode(Uint8Array.from(atob(compact), (sign) => sign.charCodeAt(0)));
}
