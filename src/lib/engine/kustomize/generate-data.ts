import { FluxError } from '../../core/errors.ts';
import type { Context, Loader } from './context.ts';
import { loadContent } from './load.ts';
import { setMember, setPlainMember } from './node.ts';
import type { NodeMap } from './node.ts';
import { makeResource, setMetaMap } from './resource.ts';
import type { Behavior, Resource } from './resource.ts';
import type { GeneratorArgs, GeneratorOptions } from './types.ts';

/** What an entry holds: text, or bytes that may be text. */
type Content = string | Uint8Array;

/** Base64 text is broken into lines of this length. */
const LINE_LENGTH = 70;

/**
 * Makes the ConfigMap or Secret of a generator.
 *
 * @throws {FluxError} kustomize/generator: no name, a bad literal or file entry, a key twice
 */
export function generate(
  context: Context,
  loader: Loader,
  kind: 'ConfigMap' | 'Secret',
  args: GeneratorArgs,
  file: string,
): Resource {
  const { name = '', namespace = '', options, behavior = '' } = args;
  if (name === '') throw generatorError(`a ${kind.toLowerCase()} must have a name`, file);
  const node: NodeMap = { apiVersion: 'v1', kind, metadata: namespace === '' ? { name } : { name, namespace } };
  if (kind === 'Secret') {
    setMember(node, 'type', args.type === undefined || args.type === '' ? 'Opaque' : args.type);
    setMember(node, 'data', {});
  }
  const entries = readSources(context, loader, args, kind, name, file);
  for (const key of [...entries.keys()].sort()) {
    const content = entries.get(key) ?? '';
    const text = kind === 'ConfigMap' ? textOfContent(content) : undefined;
    const field = kind === 'Secret' || text !== undefined ? 'data' : 'binaryData';
    const map = (node[field] ?? {}) as NodeMap;
    setPlainMember(map, key, text ?? encodeBase64(content));
    node[field] = map;
  }
  if (options?.labels !== undefined) setMetaMap(node, 'labels', new Map(Object.entries(options.labels)));
  if (options?.annotations !== undefined) setMetaMap(node, 'annotations', new Map(Object.entries(options.annotations)));
  if (options?.immutable === true) setMember(node, 'immutable', true);
  const resource = makeResource(node, { file });
  resource.needsHash = options?.disableNameSuffixHash !== true;
  resource.behavior = isBehavior(behavior) ? behavior : 'unspecified';
  return resource;
}

function isBehavior(text: string): text is Behavior {
  return text === 'create' || text === 'merge' || text === 'replace';
}

function generatorError(what: string, file: string): FluxError {
  return new FluxError('kustomize/generator', `generate: ${what}`, { source: { file } });
}

/** Unites the options of the file with those of one generator; the latter's labels and annotations win. */
export function mergeGeneratorOptions(
  local: GeneratorOptions | undefined,
  global: GeneratorOptions | undefined,
): GeneratorOptions | undefined {
  if (global === undefined) return local;
  return {
    ...(local?.labels === undefined && global.labels === undefined ? {} : { labels: { ...global.labels, ...local?.labels } }),
    ...(local?.annotations === undefined && global.annotations === undefined
      ? {}
      : { annotations: { ...global.annotations, ...local?.annotations } }),
    disableNameSuffixHash: (local?.disableNameSuffixHash ?? false) || (global.disableNameSuffixHash ?? false),
    immutable: (local?.immutable ?? false) || (global.immutable ?? false),
  };
}

function readSources(
  context: Context,
  loader: Loader,
  { envs = [], literals = [], files = [] }: GeneratorArgs,
  kind: string,
  name: string,
  file: string,
): Map<string, Content> {
  const entries = new Map<string, Content>();
  const add = (key: string, value: Content): void => {
    if (entries.has(key)) throw generatorError(`${kind.toLowerCase()} ${name} illegally repeats the key \`${key}\``, file);
    entries.set(key, value);
  };
  for (const path of envs) for (const [key, value] of parseEnvFile(loadContent(context, loader, path), path)) add(key, value);
  for (const literal of literals) {
    const [key, value] = parseLiteral(literal, file);
    add(key, value);
  }
  for (const source of files) {
    const [key, path] = parseFileSource(source, file);
    add(key, loadContent(context, loader, path));
  }
  return entries;
}

function parseLiteral(literal: string, file: string): [key: string, value: string] {
  const equals = literal.indexOf('=');
  if (equals <= 0) throw generatorError(`invalid literal source ${literal}, expected key=value`, file);
  const value = literal.slice(equals + 1);
  const quoted = value.length >= 2 && value[0] === value.at(-1) && (value[0] === '"' || value[0] === "'");
  return [literal.slice(0, equals), quoted ? value.slice(1, -1) : value];
}

function parseFileSource(source: string, file: string): [key: string, path: string] {
  const parts = source.split('=');
  const [key = '', path = ''] = parts;
  if (parts.length === 1) return [baseName(source), source];
  if (parts.length > 2) throw generatorError(`source "${source}" key name or file path contains '='`, file);
  if (key === '') throw generatorError(`missing key name for file path "${path}" in source "${source}"`, file);
  if (path === '') throw generatorError(`missing file path for key name "${key}" in source "${source}"`, file);
  return [key, path];
}

function baseName(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? (path === '' ? '.' : '/') : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

function parseEnvFile(content: Content, path: string): [key: string, value: string][] {
  const text = textOfContent(content);
  if (text === undefined) throw generatorError(`env file "${path}" has invalid utf8 bytes`, path);
  const entries: [string, string][] = [];
  for (const [at, raw] of text.split('\n').entries()) {
    const unended = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    const line = (at === 0 && unended.startsWith('\uFEFF') ? unended.slice(1) : unended).trimStart();
    if (line === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    const key = equals < 0 ? line : line.slice(0, equals);
    if (key !== '') entries.push([key, equals < 0 ? '' : line.slice(equals + 1)]);
  }
  return entries;
}

/** The content as text; `undefined` where it is none. */
function textOfContent(content: Content): string | undefined {
  // Half a surrogate pair, which JSON can say, is no character.
  if (typeof content === 'string') return content.toWellFormed();
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}

/** Base64; from 70 characters on in lines, each ended. */
function encodeBase64(content: Content): string {
  const bytes =
    typeof content === 'string' ? Buffer.from(content) : Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const text = bytes.toString('base64');
  if (text.length < LINE_LENGTH) return text;
  let lines = '';
  for (let at = 0; at < text.length; at += LINE_LENGTH) lines += `${text.slice(at, at + LINE_LENGTH)}\n`;
  return lines;
}
