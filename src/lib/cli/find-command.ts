import type { CommandEntry, CommandIndex } from './command.ts';
import { GLOBAL_FLAGS } from './global-flags.ts';
import { nearest } from './nearest.ts';

/** What a command line asks for. */
export type Found =
  | { readonly kind: 'command'; readonly id: string; readonly entry: CommandEntry; readonly rest: readonly string[] }
  /** `isAsked`: with `help` or `--help`, rather than for want of a command. */
  | { readonly kind: 'help'; readonly topic: readonly string[]; readonly isAsked: boolean }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'unknown';
      readonly word: string;
      readonly topic: readonly string[];
      /** All other words, as they were written. */
      readonly rest: readonly string[];
      readonly suggestion?: string;
    };

/**
 * Finds the command that a command line names: the longest one whose words it begins with, aliases included.
 * Flags may stand between the words, and `help` may stand before them.
 *
 * Effects: none
 * Differs: an unknown word below a group is an error here; the flux CLI prints help and exits 0.
 */
export function findCommand(argv: readonly string[], commands: CommandIndex): Found {
  const wantsHelp = argv[0] === 'help' || argv.some((word) => word === '--help' || word === '-h');
  const words = argv[0] === 'help' ? argv.slice(1) : argv;
  const tree = treeOf(commands);
  let node = tree;
  const topic: string[] = [];
  const used = new Set<number>();
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--') break;
    if (word.startsWith('-')) {
      const after = words[index + 1] ?? '';
      if (takesNext(word) ?? !(after.startsWith('-') || node.children.has(after))) index += 1;
      continue;
    }
    const next = node.children.get(word);
    if (next === undefined) {
      if (node.entry !== undefined) break;
      const near = elsewhere(word, words.slice(index + 1), node, topic) ?? nearest(word, [...node.children.keys()]);
      const rest = words.filter((_, other) => other !== index);
      return { kind: 'unknown', word, topic, rest, ...(near === undefined ? {} : { suggestion: near }) };
    }
    used.add(index);
    node = next;
    topic.push(next.word);
  }
  if (node.entry !== undefined) {
    const rest = words.filter((_, index) => !used.has(index));
    return { kind: 'command', id: topic.join(' '), entry: node.entry, rest: argv[0] === 'help' ? ['--help'] : rest };
  }
  if (topic.length === 0 && !wantsHelp && (words.includes('--version') || words.includes('-v'))) return { kind: 'version' };
  return { kind: 'help', topic, isAsked: wantsHelp };
}

/**
 * The command that was meant by a word that stands in the wrong place: `tenant create`, or `kustomizations` and `get git`, where
 * a word before it was left out.
 */
function elsewhere(word: string, after: readonly string[], node: CommandNode, topic: readonly string[]): string | undefined {
  const next = after.find((one) => !one.startsWith('-')) ?? '';
  const likely = [next, 'get', 'source'].map((one) => node.children.get(one));
  const places = [...new Set([...likely, ...node.children.values()])];
  const found = places.find((place) => place?.children.has(word));
  const meant = found?.children.get(word);
  return found === undefined || meant === undefined ? undefined : [...topic, found.word, meant.word].join(' ');
}

/** A word of commands, and those that may follow it. */
export interface CommandNode {
  readonly word: string;
  entry?: CommandEntry;
  /** By each of their names, aliases included. */
  readonly children: Map<string, CommandNode>;
}

/** Makes a tree of all commands, by their words. */
export function treeOf(commands: CommandIndex): CommandNode {
  const root: CommandNode = { word: '', children: new Map() };
  for (const [id, entry] of Object.entries(commands)) {
    let node = root;
    let parent = root;
    for (const word of id.split(' ')) {
      parent = node;
      let next = node.children.get(word);
      if (next === undefined) {
        next = { word, children: new Map() };
        node.children.set(word, next);
      }
      node = next;
    }
    node.entry = entry;
    for (const alias of entry.aliases ?? []) if (!parent.children.has(alias)) parent.children.set(alias, node);
  }
  for (const [alias, path] of Object.entries(TOPIC_ALIASES)) {
    const words = path.split(' ');
    let node: CommandNode | undefined = root;
    let parent: CommandNode = root;
    for (const word of words) {
      if (node === undefined) break;
      parent = node;
      node = node.children.get(word);
    }
    const last = alias.split(' ').at(-1) ?? '';
    if (node !== undefined && !parent.children.has(last)) parent.children.set(last, node);
  }
  return root;
}

/** Groups that have a second name. */
const TOPIC_ALIASES: Readonly<Record<string, string>> = {
  'get source': 'get sources',
  'get image': 'get images',
  'get artifact': 'get artifacts',
};

/**
 * Tells whether a flag before the command's words takes the next word as its value; undefined for a flag of the command,
 * which is not known yet.
 */
function takesNext(word: string): boolean | undefined {
  if (word.includes('=')) return false;
  const flag = word.startsWith('--')
    ? (GLOBAL_FLAGS as Record<string, { bare?: string }>)[word.slice(2)]
    : Object.values(GLOBAL_FLAGS).find((candidate: { short?: string }) => candidate.short === word.slice(1));
  if (flag !== undefined) return flag.bare === undefined;
  return /^-(?:h|v|-help|-version)$/.test(word) ? false : undefined;
}
