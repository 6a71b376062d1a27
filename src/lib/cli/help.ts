import type { Host } from '../core/host.ts';
import type { AnyCommand, CommandEntry, CommandIndex } from './command.ts';
import type { Flag, Flags } from './flags.ts';
import { GLOBAL_FLAGS } from './global-flags.ts';
import { nameProgram } from './name-program.ts';
import { wantsColour } from './terminal.ts';
import { versionLine } from './version-line.ts';

/**
 * Shows the help of one command.
 *
 * The layout is oclif's; it is loaded only here, since it costs more time than most commands take.
 *
 * Effects: writes to stdout
 */
export async function showCommandHelp(
  id: string,
  command: AnyCommand,
  flags: Flags,
  commands: CommandIndex,
  host: Host,
): Promise<void> {
  const { config, options } = describe(commands, host);
  const { CommandHelp } = await import('@oclif/core/help');
  const described = {
    id,
    aliases: (command.aliases ?? []).map((alias) => [...id.split(' ').slice(0, -1), alias].join(' ')),
    summary: command.summary,
    ...(command.description === undefined ? {} : { description: command.description }),
    examples: (command.examples ?? []).map(({ description, command: line }) => ({ description, command: `$ ${line}` })),
    args: Object.fromEntries(
      (command.args ?? []).map((arg) => [
        arg.name,
        { name: arg.name, description: arg.description ?? '', required: arg.required === true, multiple: arg.variadic === true },
      ]),
    ),
    flags: Object.fromEntries(
      Object.entries(flags).map(([name, flag]) => [`${name}${formatOptionalValue(flag)}`, describeFlag(name, flag)]),
    ),
    usage: ['<%= command.id %>', ...(command.args ?? []).map(usageOf), '[flags]'].join(' '),
    hidden: command.hidden === true,
    hiddenAliases: [],
  };
  const help = new CommandHelp(described as never, config as never, options as never);
  const below = commandsBelow(id.split(' '), commands);
  const more = below.length === 0 ? '' : `\n\n${await listCommands(below, config, options)}`;
  const text = `${wrapText(command.summary, options.maxWidth)}\n\n${help.generate()}${more}\n`;
  host.stdout.write(nameProgram(text, host.calledAs, commands));
}

/**
 * Shows what there is below a topic; the empty topic is the root, which has the plugins too.
 *
 * Effects: reads the plugin folder, for the root; writes to stdout
 */
export async function showTopicHelp(topic: readonly string[], commands: CommandIndex, host: Host): Promise<void> {
  const { config, options } = describe(commands, host);
  const { suggestExternal } = await import('./plugin-commands.ts');
  const plugins = topic.length === 0 ? await suggestExternal(commands, host) : [];
  const { Help } = await import('@oclif/core/help');
  const help = new (class extends Help {
    list(): string {
      const shownTopics = topicsBelow(topic, commands);
      const shownCommands = commandsBelow(topic, commands);
      const parts = [
        topic.length === 0
          ? this.formatRoot()
          : `${wrapText(TOPICS[topic.join(' ')] ?? topic.join(' '), options.maxWidth)}\n\n${this.section('USAGE', `$ ${host.calledAs} ${topic.join(' ')} COMMAND`)}`,
        shownTopics.length === 0 ? '' : this.formatTopics(shownTopics),
        shownCommands.length === 0
          ? ''
          : this.formatCommands(shownCommands.map(([id, { summary }]) => ({ id, summary, aliases: [] })) as never),
        plugins.length === 0
          ? ''
          : this.section(
              'PLUGINS',
              this.renderList(
                plugins.map(({ name }) => [name, `Runs the ${name} plugin`]),
                { spacer: '\n', stripAnsi: options.stripAnsi, indentation: 2 },
              ),
            ),
      ];
      return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
    }
  })(config as never, options as never);
  host.stdout.write(nameProgram(help.list(), host.calledAs, commands));
}

/** The section of commands that belong to another one. */
async function listCommands(shown: [string, CommandEntry][], config: object, options: object): Promise<string> {
  const { Help } = await import('@oclif/core/help');
  return new (class extends Help {
    list(): string {
      return this.formatCommands(shown.map(([id, { summary }]) => ({ id, summary, aliases: [] })) as never);
    }
  })(config as never, options as never).list();
}

/** The groups right below a topic, in the order of the alphabet. */
function topicsBelow(topic: readonly string[], commands: CommandIndex): { name: string; description: string }[] {
  const names = new Set<string>();
  for (const id of Object.keys(commands)) {
    const words = id.split(' ');
    const name = words.slice(0, topic.length + 1).join(' ');
    if (words.length > topic.length + 1 && isBelow(words, topic) && commands[name] === undefined) names.add(name);
  }
  return [...names].sort().map((name) => ({ name, description: TOPICS[name] ?? name }));
}

/** The commands right below a topic, and below each of them those that belong to it (`check`, `check tenant`). */
function commandsBelow(topic: readonly string[], commands: CommandIndex): [string, CommandEntry][] {
  return Object.entries(commands)
    .filter(([id, { hidden }]) => {
      const words = id.split(' ');
      const own = words.slice(0, topic.length + 1).join(' ');
      const isShown = words.length === topic.length + 1 || (words.length === topic.length + 2 && commands[own] !== undefined);
      return hidden !== true && isShown && isBelow(words, topic);
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function isBelow(words: readonly string[], topic: readonly string[]): boolean {
  return words.length > topic.length && topic.every((word, index) => words[index] === word);
}

function usageOf(arg: { name: string; required?: boolean; variadic?: boolean }): string {
  const name = `${arg.name.toUpperCase()}${arg.variadic === true ? '...' : ''}`;
  return arg.required === true ? name : `[${name}]`;
}

/** How a value is written that may be left out; of a switch it is not worth a word. */
function formatOptionalValue({ bare, type }: Flag<unknown>): string {
  return bare === undefined || type === '' ? '' : `[=<${type}>]`;
}

function describeFlag(name: string, flag: Flag<unknown>): Record<string, unknown> {
  const global = Object.hasOwn(GLOBAL_FLAGS, name);
  return {
    name: `${name}${formatOptionalValue(flag)}`,
    description: flag.bare === 'true' && flag.default === true ? `[default: true] ${flag.description}` : flag.description,
    hidden: flag.hidden === true,
    ...(flag.short === undefined ? {} : { char: flag.short }),
    ...(flag.bare === undefined
      ? {
          type: 'option',
          helpValue: `<${flag.options === undefined ? flag.type : flag.options.join('|')}>`,
          ...(flag.repeatable === true ? { multiple: true } : {}),
          ...(flag.defaultText === undefined ? {} : { default: flag.defaultText }),
        }
      : { type: 'boolean' }),
    ...(global ? { helpGroup: 'GLOBAL' } : {}),
  };
}

/** What oclif's help asks of its configuration. */
function describe(
  commands: CommandIndex,
  host: Host,
): { config: Record<string, unknown>; options: { maxWidth: number; stripAnsi: boolean } } {
  return {
    config: {
      bin: host.calledAs,
      topicSeparator: ' ',
      topics: Object.entries(TOPICS).map(([name, description]) => ({ name, description })),
      commands: Object.entries(commands).map(([id, entry]) => ({
        id,
        summary: entry.summary,
        aliases: [],
        hidden: entry.hidden === true,
      })),
      pjson: { description: DESCRIPTION, oclif: {} },
      userAgent: versionLine(),
      platform: host.platform,
      shell: host.env['SHELL'] ?? '',
      plugins: new Map(),
    },
    options: { maxWidth: Math.min(host.stdout.columns ?? 100, 120) - MARGIN, stripAnsi: !wantsColour(host.stdout, host.env) },
  };
}

/** oclif's lists of flags run over the width by as much when it is narrow. */
const MARGIN = 2;

/** Breaks a text into lines of at most so many characters, at spaces; a longer word stays whole. */
function wrapText(text: string, width: number): string {
  let line = '';
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
}

const DESCRIPTION = `Flux in one TypeScript CLI
Bootstrap clusters, create tenants with just the rights they need, and reconcile. Commands and flags are those of the flux CLI; see "flux-ts COMMAND --help". Results go to stdout, the story and errors to stderr. Exit codes: 0 done, 1 failed.`;

/** What each group of commands is for. */
export const TOPICS: Readonly<Record<string, string>> = {
  bootstrap: 'Install Flux and keep its manifests in Git',
  build: 'Build what a Kustomization would apply, or an artifact',
  completion: 'Print what lets a shell complete commands, flags and names',
  create: 'Create or update sources, Kustomizations, tenants and secrets',
  'create image': 'Create or update what looks for new images and writes them to Git',
  'create secret': 'Create or update the secrets that sources use',
  'create source': 'Create or update sources',
  debug: 'Show the variables, values, status and history of one object',
  delete: 'Delete sources and Kustomizations',
  'delete image': 'Delete what looks for new images',
  'delete source': 'Delete sources',
  diff: 'Show what a change would do, before it is made',
  export: 'Print objects as YAML that can be committed',
  'export artifact': 'Print what makes artifacts as YAML',
  'export image': 'Print what looks for new images as YAML',
  'export source': 'Print sources as YAML',
  get: 'Show objects and whether they are ready',
  'get artifacts': 'Show what makes artifacts, and whether it is ready',
  'get images': 'Show what looks for new images, and whether it is ready',
  'get sources': 'Show sources and whether they are ready',
  list: 'Show the artifacts in a registry',
  plugin: 'Install and update programs that become commands, shared with flux',
  pull: 'Take an artifact out of a registry',
  push: 'Put an artifact into a registry',
  rbac: 'Which rights a Kustomization needs, whether it has them, and what others have beyond need',
  'rbac check': 'Check whether something may do all that it would do now',
  'rbac role': 'Print the smallest role that something needs',
  reconcile: 'Reconcile now: by the controllers, or right here with --drive',
  'reconcile image': 'Look for new images now',
  'reconcile source': 'Fetch a source now',
  resume: 'Resume suspended objects',
  'resume image': 'Resume what looks for new images',
  'resume source': 'Resume suspended sources',
  sandbox: 'A real Kubernetes control plane on this machine',
  suspend: 'Suspend objects: they are not reconciled until resumed',
  'suspend image': 'Suspend what looks for new images',
  'suspend source': 'Suspend sources',
  tag: 'Give an artifact in a registry further tags',
  tree: 'Show what an object has applied, as a tree',
  'tree artifact': 'Show which artifacts an object has made, as a tree',
  trigger: 'Call a webhook of Flux, as a forge would',
};
