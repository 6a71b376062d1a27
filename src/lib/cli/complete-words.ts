import { apiVersionOf, KINDS } from '../core/kinds.ts';
import { createContext, type Context } from '../context.ts';
import type { Host } from '../core/host.ts';
import { SILENT } from '../core/progress.ts';
import type { CommandIndex } from './command.ts';
import { type CommandNode, treeOf } from './find-command.ts';
import type { Flag, Flags } from './flags.ts';
import { GLOBAL_FLAGS, type GlobalValues } from './global-flags.ts';
import { flagsOf } from './launch.ts';
import { suggestExternal } from './plugin-commands.ts';

/** Something that could stand in the place of the last word. */
export interface Candidate {
  readonly word: string;
  readonly description: string;
}

/** A shell waits for it with every key. */
const TIME_LIMIT_MS = 3_000;

/**
 * Finds what could stand in the place of the last of some words: commands, flags, values of flags, and names of what is in the
 * cluster; behind a plugin, what it answers itself. What cannot be found out is no error: a shell has nothing to show it with.
 *
 * Effects: reads the kubeconfig and the cluster, where names are wanted; the plugin folder for a first word; runs a plugin that is named
 *
 * @param words those after the program's name; the last one may be empty or in the middle of being written
 */
export async function completeWords(words: readonly string[], commands: CommandIndex, host: Host): Promise<Candidate[]> {
  const last = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const read = await readBefore(before, treeOf(commands));
  if (read.path.length === 0 && read.argAt >= 0) {
    // No command of ours: a plugin, if anything.
    const { askPlugin } = await import('./answer-cobra.ts');
    const signal = AbortSignal.any([host.signal, AbortSignal.timeout(TIME_LIMIT_MS)]);
    return await askPlugin(before[read.argAt] ?? '', words.slice(read.argAt + 1), commands, host, signal);
  }
  const equals = last.startsWith('--') ? last.indexOf('=') : -1;
  const written = equals < 0 ? last : last.slice(equals + 1);
  const wanted = equals < 0 ? read.pending : last.slice(2, equals);
  const context = (): Promise<Candidate[]> => withContext(read.given, host, (open) => valuesOf(wanted ?? '', open));
  let found: Candidate[];
  if (wanted !== undefined) {
    const flag = read.flags[wanted];
    const fixed = flag === undefined ? [] : fixedValues(flag);
    found = fixed.length > 0 ? fixed : await context();
    if (equals >= 0) found = found.map(({ word, description }) => ({ word: `--${wanted}=${word}`, description }));
  } else if (last.startsWith('-')) {
    found = flagWords(read.flags);
  } else if (read.node.children.size > 0 && read.args.length === 0) {
    found = childWords(read.node);
    if (read.path.length === 0) {
      for (const { name } of await suggestExternal(commands, host))
        found.push({ word: name, description: `Runs the ${name} plugin` });
    }
  } else {
    found = await withContext(read.given, host, (open) => namesFor(read.path, read.args, open));
  }
  const start = equals < 0 ? written : last;
  return found.filter(({ word }) => word.startsWith(start)).toSorted((a, b) => (a.word < b.word ? -1 : 1));
}

interface ReadBefore {
  readonly node: CommandNode;
  readonly path: readonly string[];
  readonly args: readonly string[];
  /** Where the first of them stands; -1 where there is none. */
  readonly argAt: number;
  readonly flags: Flags;
  /** Flags that were given, as texts. */
  readonly given: ReadonlyMap<string, readonly string[]>;
  /** The flag whose value the last word is. */
  readonly pending: string | undefined;
}

async function readBefore(words: readonly string[], root: CommandNode): Promise<ReadBefore> {
  let node = root;
  let flags: Flags = GLOBAL_FLAGS;
  let pending: string | undefined;
  const path: string[] = [];
  const args: string[] = [];
  const given = new Map<string, string[]>();
  const note = (name: string, value: string): void => void given.set(name, [...(given.get(name) ?? []), value]);
  let argAt = -1;
  for (const [index, word] of words.entries()) {
    if (pending !== undefined) {
      note(pending, word);
      pending = undefined;
    } else if (word.startsWith('-')) {
      const [name = '', value] = nameAndValue(word, flags);
      const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
      if (value !== undefined) note(name, value);
      else if (flag?.bare !== undefined) note(name, flag.bare);
      else if (flag !== undefined) pending = name;
    } else {
      const next = args.length === 0 ? node.children.get(word) : undefined;
      if (next === undefined) {
        if (argAt < 0) argAt = index;
        args.push(word);
        continue;
      }
      node = next;
      path.push(next.word);
      if (node.entry !== undefined) flags = flagsOf((await node.entry.load()).default);
    }
  }
  return { node, path, args, argAt, flags, given, pending };
}

function nameAndValue(word: string, flags: Flags): readonly [string, string?] {
  if (word.startsWith('--')) {
    const equals = word.indexOf('=');
    return equals < 0 ? [word.slice(2)] : [word.slice(2, equals), word.slice(equals + 1)];
  }
  const name = Object.entries(flags).find(([, flag]) => flag.short === word[1])?.[0] ?? '';
  return word.length > 2 ? [name, word.slice(2)] : [name];
}

function flagWords(flags: Flags): Candidate[] {
  return Object.entries(flags)
    .filter(([, flag]) => flag.hidden !== true)
    .map(([name, flag]) => ({ word: `--${name}`, description: flag.description }));
}

function childWords(node: CommandNode): Candidate[] {
  return [...node.children]
    .filter(([word, child]) => word === child.word && child.entry?.hidden !== true)
    .map(([word, child]) => ({ word, description: child.entry?.summary ?? '' }));
}

function fixedValues(flag: Flag<unknown>): Candidate[] {
  const words = flag.options ?? (flag.bare === undefined ? [] : ['true', 'false']);
  return words.map((word) => ({ word, description: '' }));
}

/** Opens what the flags on the line lead to, for a short time. */
async function withContext(
  given: ReadonlyMap<string, readonly string[]>,
  host: Host,
  find: (context: Context) => Promise<readonly string[]>,
): Promise<Candidate[]> {
  const values: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(GLOBAL_FLAGS) as [string, Flag<unknown>][]) {
    values[name] = flag.default;
    try {
      for (const text of given.get(name) ?? [])
        values[name] = flag.parse(text, flag.repeatable === true ? values[name] : undefined);
    } catch {
      return [];
    }
  }
  const flags = values as unknown as GlobalValues;
  const signal = AbortSignal.any([host.signal, AbortSignal.timeout(TIME_LIMIT_MS)]);
  const context = createContext({
    host: { ...host, interactive: false },
    progress: SILENT,
    signal,
    flags,
    namespaceGiven: given.has('namespace'),
  });
  try {
    return (await find(context)).map((word) => ({ word, description: '' }));
  } catch {
    return [];
  } finally {
    await context.close();
  }
}

/** Values of a flag that are somewhere to be looked up. */
async function valuesOf(flag: string, context: Context): Promise<readonly string[]> {
  switch (flag) {
    case 'namespace':
    case 'flux-namespace':
    case 'target-namespace':
      return await listNames(context, { apiVersion: 'v1', kind: 'Namespace' });
    case 'context':
      return (await context.kubeconfigNames()).contexts;
    case 'cluster':
      return (await context.kubeconfigNames()).clusters;
    case 'user':
      return (await context.kubeconfigNames()).users;
    case 'kind':
    case 'for':
      return KINDS.map(({ kind }) => kind);
    default:
      return [];
  }
}

/** Names that could be the next argument of a command. */
async function namesFor(path: readonly string[], args: readonly string[], context: Context): Promise<readonly string[]> {
  const id = path.join(' ');
  if (id === 'plugin update' || id === 'plugin uninstall') {
    const { folder } = await context.plugins();
    return args.length > 0 ? [] : (await folder.list(new Set())).map(({ name }) => name);
  }
  const namespace = await context.namespace();
  if (id === 'trace' || id === 'why') {
    const kube = await context.kube();
    const served = await kube.resources();
    const [type] = args;
    if (type === undefined) return [...new Set(served.map(({ singular, kind }) => singular || kind.toLowerCase()))];
    const resource = served.find(({ singular, plural, kind, shortNames }) =>
      [singular, plural, kind.toLowerCase(), ...shortNames].includes(type.toLowerCase()),
    );
    if (resource === undefined || args.length > 1) return [];
    const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
    return await listNames(context, { apiVersion, kind: resource.kind }, resource.namespaced ? namespace : undefined);
  }
  const [verb = '', ...rest] = path;
  const words = rest.join(' ');
  const row = KINDS.find((kind) => kind.words === words || kind.getWords === words || kind.words === rest.at(-1));
  if (row === undefined || verb === 'create') return [];
  const found = await listNames(context, { apiVersion: apiVersionOf(row), kind: row.kind }, namespace);
  return found.filter((name) => !args.includes(name));
}

async function listNames(
  context: Context,
  kind: { readonly apiVersion: string; readonly kind: string },
  namespace?: string,
): Promise<readonly string[]> {
  const kube = await context.kube();
  const { items } = await kube.list(kind, { metadataOnly: true, ...(namespace === undefined ? {} : { namespace }) });
  return items.map(({ metadata }) => metadata.name);
}
