import { FluxError } from '../../core/errors.ts';
import { goJson } from './hash-names.ts';
import { readSlot, rootSlot, stepInto, writeSlot } from './look-up.ts';
import type { Slot } from './look-up.ts';
import { matchPath } from './match-path.ts';
import type { CreateKind } from './match-path.ts';
import { cloneNode, isMap, taggedScalar, tagOf, textOf, writtenScalar } from './node.ts';
import type { Node, NodeMap } from './node.ts';
import { parseNode } from './parse-resources.ts';
import { readStyles, writeStyled } from './styled-yaml.ts';

/**
 * Replaces a value inside a text that is itself YAML or JSON, where a path goes on into such a text.
 *
 * JSON stays compact or indented as it was; YAML keeps its order, styles and comments.
 *
 * Differs: options of the replacement are not looked at here, as in kustomize v5.8.1
 *
 * @returns false where the path does not lead into a text
 */
export function replaceInText(root: NodeMap, value: Node, path: readonly string[], create: CreateKind): boolean {
  if (path.length < 2) return false;
  const found = findText(root, path);
  if (found === undefined) return false;
  const { slot, rest, parsed } = found;
  // The original adds the new member to a copy of null, which stays null.
  if (parsed === null) return create !== undefined && rest[0] !== '*';
  const text = textOf(readSlot(slot));
  const document: Node = cloneNode(parsed);
  let targets: Slot[];
  try {
    targets = matchPath(rootSlot(document), rest, create);
  } catch (error) {
    if (error instanceof FluxError) return false;
    throw error;
  }
  if (targets.length === 0) return false;
  for (const target of targets) {
    const old = readSlot(target);
    const isScalar = !isMap(old) && !Array.isArray(old);
    writeSlot(target, isScalar ? taggedScalar(textOf(value), old) : cloneNode(value));
  }
  try {
    writeSlot(slot, serialize(document, text));
  } catch (error) {
    // What cannot be written as JSON is left as it was.
    if (!(error instanceof FluxError)) throw error;
  }
  return true;
}

/** The first scalar on the path that has a value within, and what is left of the path there. */
function findText(root: NodeMap, path: readonly string[]): { slot: Slot; rest: readonly string[]; parsed: Node } | undefined {
  let slot = rootSlot(root);
  for (let length = 1; length < path.length; length++) {
    try {
      const next = stepInto(slot, path[length - 1] ?? '');
      if (next === undefined) return undefined;
      slot = next;
      const value = readSlot(slot);
      if (isMap(value) || Array.isArray(value)) continue;
      const parsed = parseNode(textOf(value), '');
      if (parsed === undefined && !isNullWord(textOf(value))) return undefined;
      return { slot, rest: path.slice(length), parsed: parsed ?? null };
    } catch (error) {
      if (!(error instanceof FluxError)) throw error;
      // A text that is no YAML; whatever leads on from here leads into a scalar.
      return undefined;
    }
  }
  return undefined;
}

function isNullWord(text: string): boolean {
  return text !== '' && tagOf(writtenScalar(text)) === 'null';
}

function serialize(document: Node, original: string): string {
  const first = original.trim()[0];
  if (first !== '{' && first !== '[') return writeStyled(document, readStyles(original)).trim();
  const compact = goJson(document);
  if (!original.includes('\n') || !original.includes('  ')) return compact;
  return indentJson(compact);
}

/** Puts JSON on lines of two spaces per level, leaving everything else as it is. */
function indentJson(json: string): string {
  let out = '';
  let depth = 0;
  const newLine = () => `\n${'  '.repeat(depth)}`;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|\{\}|\[\]|[{}[\],:]|[^"{}[\],:]+/g)) {
    if (token === '{' || token === '[') {
      depth++;
      out += token + newLine();
    } else if (token === '}' || token === ']') {
      depth--;
      out += newLine() + token;
    } else if (token === ',') {
      out += `,${newLine()}`;
    } else {
      out += token === ':' ? ': ' : token;
    }
  }
  return out;
}
