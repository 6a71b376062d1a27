import type { Host } from '../core/host.ts';
import type { AnyCommand, CommandIndex } from './command.ts';
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
  const text = `${wrapText(command.summary, options.maxWidth)}\n\n${help.generate()}\n`;
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
      const below = (words: string) => {
        const parts = words.split(' ');
        return parts.length === topic.length + 1 && topic.every((word, index) => parts[index] === word);
      };
      const shownTopics = TOPICS.filter(
        ({ name }) => below(name) && Object.keys(commands).some((id) => id.startsWith(`${name} `)),
      );
      const shownCommands = Object.entries(commands).filter(([id, entry]) => below(id) && entry.hidden !== true);
      const parts = [
        topic.length === 0
          ? this.formatRoot()
          : `${wrapText(TOPICS.find(({ name }) => name === topic.join(' '))?.description ?? topic.join(' '), options.maxWidth)}\n\n${this.section('USAGE', `$ ${host.calledAs} ${topic.join(' ')} COMMAND`)}`,
        shownTopics.length === 0 ? '' : this.formatTopics(shownTopics.map((shown) => ({ ...shown }))),
        shownCommands.length === 0
          ? ''
          : this.formatCommands(shownCommands.map(([id, entry]) => ({ id, summary: entry.summary, aliases: [] })) as never),
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
    description: flag.description,
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
      topics: TOPICS,
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

/** The groups of commands. */
const TOPICS: readonly { readonly name: string; readonly description: string }[] = [
  { name: 'bootstrap', description: 'Install Flux and keep its manifests in Git' },
  { name: 'build', description: 'Build what a Kustomization would apply' },
  { name: 'create', description: 'Create or update sources, Kustomizations, tenants and secrets' },
  { name: 'create secret', description: 'Create or update the secrets that sources use' },
  { name: 'create source', description: 'Create or update sources' },
  { name: 'delete', description: 'Delete sources and Kustomizations' },
  { name: 'delete source', description: 'Delete sources' },
  { name: 'export', description: 'Print objects as YAML that can be committed' },
  { name: 'export source', description: 'Print sources as YAML' },
  { name: 'get', description: 'Show objects and whether they are ready' },
  { name: 'get sources', description: 'Show sources and whether they are ready' },
  { name: 'plugin', description: 'Install and update programs that become commands, shared with flux' },
  { name: 'rbac', description: 'Which rights a Kustomization needs, whether it has them, and what others have beyond need' },
  { name: 'rbac check', description: 'Check whether something may do all that it would do now' },
  { name: 'rbac role', description: 'Print the smallest role that something needs' },
  { name: 'reconcile', description: 'Reconcile now: by the controllers, or right here with --drive' },
  { name: 'reconcile source', description: 'Fetch a source now' },
  { name: 'resume', description: 'Resume suspended objects' },
  { name: 'resume source', description: 'Resume suspended sources' },
  { name: 'sandbox', description: 'A real Kubernetes control plane on this machine' },
  { name: 'suspend', description: 'Suspend objects: they are not reconciled until resumed' },
  { name: 'suspend source', description: 'Suspend sources' },
  { name: 'tree', description: 'Show what an object has applied, as a tree' },
];
