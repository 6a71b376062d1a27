import { FluxError } from '../../core/errors.ts';
import { composeSimple, composeYaml, isMergeKey, parseDigits, positionAt, resolveTagged } from '../../core/yaml/index.ts';
import type { ComposedDocument, Composer, ScalarRules } from '../../core/yaml/index.ts';
import {
  EMPTY_IN_FLOW,
  isEmpty,
  isMap,
  isMissingOrNull,
  keysOf,
  member,
  setMember,
  textOf,
  toJson,
  Written,
  writtenScalar,
} from './node.ts';
import type { Node, NodeMap } from './node.ts';
import { kindOfResource, makeResource, metaText } from './resource.ts';
import type { Defect, Resource } from './resource.ts';
import { readInternalAnnotations } from './internal-annotations.ts';

/** A resource as read, to be copied for each use. */
export interface ParsedResource {
  readonly node: NodeMap;
  readonly line: number;
  readonly defect: Defect | undefined;
}

/**
 * Reads resources from a text: documents separated by `---`, lists taken apart.
 *
 * Effects: none
 * Source: the behaviour of kyaml's ByteReader and kustomize's resource factory
 *
 * @throws {FluxError} yaml/invalid: not YAML
 * @throws {FluxError} kustomize/invalid-resource: no kind or name, a wrong separator
 */
export function parseResources(text: string, file: string): ParsedResource[] {
  const documents = parseDocuments(text, file);
  const queue: ParsedResource[] = [];
  const [only] = documents;
  if (documents.length === 1 && only !== undefined && isWrapper(only.node)) {
    const items = member(only.node as NodeMap, 'items');
    for (const item of Array.isArray(items) ? items : []) addChecked(queue, { ...only, node: item }, file);
  } else {
    for (const document of documents) addChecked(queue, document, file);
  }
  return expandLists(queue, file);
}

/** Makes resources of what was read; each gets its own copy. */
export function makeResources(parsed: readonly ParsedResource[], file: string, copy: (node: NodeMap) => NodeMap): Resource[] {
  return parsed.map(({ node, line, defect }) => {
    const resource = makeResource(copy(node), { file, line, defect });
    readInternalAnnotations(resource);
    return resource;
  });
}

interface Document {
  readonly node: Node;
  readonly line: number;
  readonly defect: Defect | undefined;
}

function isWrapper(node: Node): boolean {
  if (!isMap(node)) return false;
  const kind = kindOfResource(node);
  if (kind !== 'List' && kind !== 'ResourceList') return false;
  return member(node, 'items') !== undefined || member(node, 'functionConfig') !== undefined;
}

function addChecked(list: ParsedResource[], { node, line, defect }: Document, file: string): void {
  if (isEmpty(node)) return;
  const fail = (what: string) =>
    new FluxError('kustomize/invalid-resource', `read resources from "${file}": ${what}`, { source: { file, line } });
  if (!isMap(node))
    throw fail(`missing resource metadata: a resource must be a map, here is ${Array.isArray(node) ? 'a list' : 'a scalar'}`);
  if (isEmpty(member(node, 'kind')) && isEmpty(member(node, 'apiVersion')) && isEmpty(member(node, 'metadata')))
    throw fail('missing resource metadata');
  const kind = isEmpty(member(node, 'kind')) ? '' : kindOfResource(node);
  const name = metaText(node, 'name');
  if (kind === '') throw fail(`missing kind in object${name === '' ? '' : ` "${name}"`}`);
  if (!kind.endsWith('List') && name === '') throw fail(`missing metadata.name in object of kind "${kind}"`);
  list.push({ node, line, defect });
}

/** Takes lists apart; what comes out of them goes to the end, as in the original. */
function expandLists(resources: ParsedResource[], file: string): ParsedResource[] {
  if (resources.every(({ node }) => !kindOfResource(node).endsWith('List'))) return resources;
  const result: ParsedResource[] = [];
  const queue = [...resources];
  for (let at = 0; at < queue.length; at++) {
    const parsed = queue[at] as ParsedResource;
    const kind = kindOfResource(parsed.node);
    const items = member(parsed.node, 'items');
    if (!kind.endsWith('List') || items === undefined) {
      // Anything else has a name by now.
      if (member(parsed.node, 'metadata') === undefined) setMember(parsed.node, 'metadata', {});
      result.push(parsed);
      continue;
    }
    if (isMissingOrNull(items)) continue;
    if (!Array.isArray(items)) {
      throw new FluxError('kustomize/invalid-resource', `read resources from "${file}": expected array in ${kind}/items`, {
        source: { file, line: parsed.line },
      });
    }
    for (const item of items)
      addChecked(queue, { node: toJson(withoutFolds(item)) as Node, line: parsed.line, defect: parsed.defect }, file);
  }
  return result;
}

/** In a list of its own kind the original turns items into plain values without writing them first. */
function withoutFolds(node: Node): Node {
  if (node instanceof Written) return node.folded ? new Written(node.tag, node.text) : node;
  if (Array.isArray(node)) return node.map(withoutFolds);
  if (!isMap(node)) return node;
  const copy: NodeMap = {};
  for (const key of keysOf(node)) setMember(copy, key, withoutFolds(node[key] as Node));
  return copy;
}

/** Cuts a text at its separators and reads each piece; blank ones are left out. */
export function parseDocuments(input: string, file: string): Document[] {
  const unmarked = input.startsWith('\uFEFF') ? input.slice(1) : input;
  const text = unmarked.includes('\r\n') ? unmarked.replaceAll('\r\n', '\n') : unmarked;
  const documents: Document[] = [];
  const pieces = splitDocuments(text, file);
  let line = 1;
  for (const piece of pieces) {
    const document = parseOne(piece, file, line - 1);
    if (document !== undefined) documents.push(document);
    if (pieces.length > 1) line += countLines(piece) + 1;
  }
  return documents;
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function splitDocuments(text: string, file: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  let at = text.indexOf('\n---');
  while (at >= 0) {
    const end = text.indexOf('\n', at + 1);
    if (end < 0) break;
    const rest = text.slice(at + 4, end).trim();
    if (rest !== '' && !rest.startsWith('#')) {
      throw new FluxError(
        'kustomize/invalid-resource',
        `read "${file}": invalid document separator: ---${text.slice(at + 4, end).trimEnd()}`,
        {
          source: { file, line: countLines(text.slice(0, at + 1)) + 1 },
          hint: 'put what follows --- on a line of its own',
        },
      );
    }
    pieces.push(text.slice(from, at + 1));
    from = end + 1;
    // The separator has taken its line break, so that the next one needs a line before it.
    at = text.indexOf('\n---', from);
  }
  pieces.push(text.slice(from));
  return pieces;
}

/** What becomes of scalars without a tag. */
const RULES: ScalarRules = {
  plain(text, inFlow) {
    const digits = parseDigits(text);
    if (digits >= 0) return digits;
    if (inFlow && text === '') return EMPTY_IN_FLOW;
    const value = writtenScalar(text);
    // On its way out the original puts what has a colon within brackets into quotes, which makes a text of a time.
    const isQuoted = inFlow && value instanceof Written && value.tag === 'timestamp' && text.includes(':');
    return isQuoted ? text : value;
  },
  quoted: (text, folded) => new Written('str', text, folded),
  key: (text) => (isStringKey(text) ? text : undefined),
};

/** A key that is no string cannot be written as JSON. */
function isStringKey(text: string): boolean {
  return typeof writtenScalar(text) === 'string';
}

function parseOne(text: string, file: string, linesBefore: number): Document | undefined {
  if (text.includes('%') && (text.startsWith('%') || PERCENT_LINES.some((start) => text.includes(start))))
    refuseDirective(text, file, linesBefore);
  const simple = composeSimple(text, RULES);
  const { documents, defect } =
    simple === undefined ? composeAny(text, file, linesBefore) : { documents: simple, defect: undefined };
  const [first] = documents;
  if (first === undefined || isMissingOrNull(first.value as Node | undefined)) return undefined;
  return { node: first.value as Node, line: linesBefore + positionAt(text, first.offset).line, defect };
}

/** What a line starts with that starts with a percent sign. */
const PERCENT_LINES = ['\n%', '\r%', '\u2028%', '\u2029%'];

interface Composed {
  readonly documents: readonly ComposedDocument[];
  readonly defect: Defect | undefined;
}

function composeAny(text: string, file: string, linesBefore: number): Composed {
  let defect: Defect | undefined;
  const place = (offset: number) => {
    const { line, column } = positionAt(text, offset);
    return { line: line + linesBefore, column };
  };
  const fail = (what: string, offset: number) =>
    new FluxError('yaml/invalid', `read YAML: ${what}`, { source: { file, ...place(offset) } });
  const note = (message: string, offset: number, key?: string) => {
    defect ??= { message, ...(key === undefined ? {} : { key }), ...place(offset) };
  };
  const composer: Composer = {
    mergeInPlace: false,
    refuseSlashEscape: true,
    isMerge: isMergeKey,
    // The original takes all members of that name away when it has merged what they say, in quotes or not.
    isDropped: (scalar) => scalar.text === '<<' && !isMergeKey(scalar),
    scalar(scalar) {
      if (scalar.literal && scalar.text.startsWith('\t'))
        note('a block that begins with a tab cannot be read back', scalar.offset);
      if (scalar.tag === '') {
        return scalar.plain ? RULES.plain(scalar.text, scalar.inFlow) : RULES.quoted(scalar.text, scalar.folded);
      }
      if (scalar.tag === '!' && scalar.plain && scalar.text === '') return writtenScalar('');
      let resolved: ReturnType<typeof resolveTagged>;
      try {
        resolved = resolveTagged(scalar, 'kyaml', fail);
      } catch (error) {
        note(`cannot decode \`${scalar.text}\` as a ${scalar.tag}`, scalar.offset);
        if (error instanceof FluxError) return scalar.text;
        throw error;
      }
      if (resolved.tag === 'str') return resolved.value;
      return typeof resolved.value !== 'string' && String(resolved.value) === scalar.text
        ? resolved.value
        : new Written(resolved.tag, scalar.text);
    },
    key(scalar) {
      if (scalar.tag === '' && scalar.plain && !isStringKey(scalar.text)) {
        note(`a map key must be a string, "${scalar.text}" is not`, scalar.offset, scalar.text);
      }
      return scalar.text;
    },
    duplicate(key, offset, firstOffset) {
      note(`mapping key "${key}" already defined at line ${place(firstOffset).line}`, offset);
    },
  };
  try {
    const documents = composeYaml(text, composer, file);
    return { documents, defect };
  } catch (error) {
    throw linesBefore === 0 ? error : shiftLines(error, file, linesBefore);
  }
}

function refuseDirective(text: string, file: string, linesBefore: number): void {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.startsWith('%'));
  if (lines.slice(0, at).some((line) => line.trim() !== '' && !line.startsWith('#'))) return;
  throw new FluxError(
    'yaml/invalid',
    'read YAML: a directive needs a document start (---) after it, which separates documents here',
    {
      source: { file, line: linesBefore + at + 1 },
      hint: 'leave the directive out',
    },
  );
}

function shiftLines(error: unknown, file: string, linesBefore: number): unknown {
  if (!(error instanceof FluxError) || error.source?.line === undefined) return error;
  const { line, column } = error.source;
  return new FluxError(error.code, error.message, {
    source: { file, line: line + linesBefore, ...(column === undefined ? {} : { column }) },
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error,
  });
}

/** Reads the one value of a text; `undefined` where there is none. */
export function parseNode(text: string, file: string): Node | undefined {
  return parseOne(text, file, 0)?.node;
}

/** The texts of a list of scalars. */
export function textsOf(nodes: readonly Node[]): string[] {
  return nodes.map((node) => textOf(node));
}
