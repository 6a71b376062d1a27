import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyCommand } from '../../src/lib/cli/command.ts';

/**
 * Writes `src/commands/files.generated.ts`: what the launcher knows of each command before it loads its file.
 *
 * Effects: loads every command file; writes one file
 *
 * @returns the text
 */
export async function generateCommandIndex(root: string): Promise<string> {
  const folder = join(root, 'src', 'commands');
  const entries: string[] = [];
  for (const path of listFiles(folder, '')) {
    const module = (await import(pathToFileURL(join(folder, path)).href)) as { default?: AnyCommand };
    if (module.default === undefined) continue;
    const { summary, aliases = [], hidden = false } = module.default;
    const id = path.slice(0, -'.ts'.length).replaceAll('/', ' ');
    entries.push(
      [
        `  '${id}': {`,
        `    summary: ${JSON.stringify(summary).replaceAll("'", "\\'").replace(/^"|"$/g, "'").replaceAll('\\"', '"')},`,
        ...(aliases.length === 0 ? [] : [`    aliases: [${aliases.map((alias) => `'${alias}'`).join(', ')}],`]),
        ...(hidden ? ['    hidden: true,'] : []),
        `    load: () => import('./${path}'),`,
        '  },',
      ].join('\n'),
    );
  }
  const text = `// Generated from the files beside it by "npm run generate". Do not edit.
import type { CommandIndex } from '../lib/cli/command.ts';

/** The commands that have a file each. */
export const COMMAND_FILES: CommandIndex = {
${entries.join('\n')}
};
`;
  writeFileSync(join(folder, 'files.generated.ts'), text);
  return text;
}

/** The TypeScript files below a folder that are named as a command, in order. */
function listFiles(folder: string, below: string): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) return path === 'support' ? [] : listFiles(folder, path);
      return entry.name.endsWith('.ts') && entry.name !== 'index.ts' && entry.name !== 'files.generated.ts' ? [path] : [];
    });
}
