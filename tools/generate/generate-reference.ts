import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandIndex } from '../../src/commands/index.ts';
import type { AnyCommand } from '../../src/lib/cli/command.ts';
import type { Flag } from '../../src/lib/cli/flags.ts';
import { GLOBAL_FLAGS } from '../../src/lib/cli/global-flags.ts';
import { flagsOf } from '../../src/lib/cli/launch.ts';

/**
 * Writes `docs/reference/`: a page for each topic with its commands, their arguments, flags and examples, from the commands
 * themselves, and a page that lists them.
 *
 * Effects: loads every command file; writes the pages
 *
 * @returns the pages by name
 */
export async function generateReference(root: string): Promise<Readonly<Record<string, string>>> {
  const byTopic = new Map<string, { id: string; command: AnyCommand }[]>();
  for (const [id, entry] of Object.entries(commandIndex()).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (entry.hidden === true) continue;
    const topic = id.split(' ')[0] ?? id;
    byTopic.set(topic, [...(byTopic.get(topic) ?? []), { id, command: (await entry.load()).default }]);
  }
  const pages: Record<string, string> = { 'README.md': formatIndex(byTopic) };
  for (const [topic, commands] of byTopic) {
    const sections = commands.map(({ id, command }) => describeCommand(id, command));
    pages[`${topic}.md`] = `# ${topic}\n\n${sections.join('\n')}`;
  }
  mkdirSync(join(root, 'docs/reference'), { recursive: true });
  for (const [name, text] of Object.entries(pages)) writeFileSync(join(root, 'docs/reference', name), text);
  return pages;
}

function formatIndex(byTopic: ReadonlyMap<string, readonly { id: string; command: AnyCommand }[]>): string {
  const rows = [...byTopic].map(
    ([topic, commands]) =>
      `| [${topic}](${topic}.md) | ${commands
        .map(({ id }) => id.slice(topic.length + 1))
        .filter((rest) => rest !== '')
        .join(', ')} |`,
  );
  return `# Reference

Generated from the commands by \`npm run generate\`. \`flux-ts COMMAND --help\` says the same.

| topic | |
|---|---|
${rows.join('\n')}

## Flags of every command

${formatFlags(Object.entries(GLOBAL_FLAGS))}
`;
}

function describeCommand(id: string, command: AnyCommand): string {
  const args = (command.args ?? []).map(({ name, required, variadic }) => {
    const word = `${name.toUpperCase()}${variadic === true ? '...' : ''}`;
    return required === true ? word : `[${word}]`;
  });
  const own = Object.entries(flagsOf(command)).filter(
    ([name]) => !Object.hasOwn(GLOBAL_FLAGS, name) || Object.hasOwn(command.flags, name),
  );
  const aliases = (command.aliases ?? []).map((alias) => `\`${[...id.split(' ').slice(0, -1), alias].join(' ')}\``);
  return [
    `## flux-ts ${id}`,
    '',
    `${command.summary}.${command.description === undefined ? '' : ` ${command.description}`}`,
    '',
    '```',
    ['flux-ts', id, ...args, '[flags]'].join(' '),
    '```',
    '',
    ...(aliases.length === 0 ? [] : [`Also: ${aliases.join(', ')}`, '']),
    ...(own.length === 0 ? [] : [formatFlags(own), '']),
    ...(command.examples ?? []).flatMap(({ description, command: line }) => [`${description}:`, '', '```', line, '```', '']),
  ].join('\n');
}

function formatFlags(flags: readonly (readonly [string, Flag<unknown>])[]): string {
  const rows = flags
    .filter(([, flag]) => flag.hidden !== true)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, flag]) => {
      const short = flag.short === undefined ? '' : `\`-${flag.short}\`, `;
      const type = flag.type.replaceAll('|', '\\|');
      const optional = type === '' ? '' : `\\[=${type}\\]`;
      const value = flag.bare === undefined ? ` ${type}` : optional;
      const preset = flag.defaultText === undefined ? '' : `\`${flag.defaultText.replaceAll('|', '\\|')}\``;
      return `| ${short}\`--${name}\`${value} | ${preset} | ${flag.description} |`;
    });
  return ['| flag | default | |', '|---|---|---|', ...rows].join('\n');
}
