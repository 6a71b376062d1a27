import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { FluxError, messageOf } from '../../core/errors.ts';
import { PLUGIN_PREFIX } from './constants.ts';
import type { FoundPlugin, PluginReceipt } from './types.ts';

/** Which folder, and on what system. */
export interface FolderOptions {
  readonly path: string;
  /** True makes it where it is missing; one that the user named is not made. */
  readonly isDefault: boolean;
  /** As `process.platform`. */
  readonly platform: string;
}

/** The folder with the plugins, which flux and flux-ts share. */
export interface PluginFolder {
  readonly path: string;
  /** The plugins in it, by name; those with a reserved name are left out. Nothing is run for that. */
  list(reserved: ReadonlySet<string>): Promise<readonly FoundPlugin[]>;
  /** What was installed; absent where a plugin was put there by hand. */
  readReceipt(name: string): Promise<PluginReceipt | undefined>;
  /** Makes sure that something can be put into it. */
  prepare(): Promise<void>;
  /** Puts a program in place, whole or not at all, and its receipt; tells where. */
  place(program: Uint8Array, receipt: PluginReceipt): Promise<string>;
  /** Takes a program and its receipt away; tells where it was. */
  remove(name: string): Promise<string>;
}

/** Endings of what Windows can run. */
const WINDOWS_ENDING = /\.(?:exe|cmd|bat)$/i;

/**
 * Opens the plugin folder.
 *
 * Effects: none by itself; the functions read and write the folder
 * Source: fluxcd/flux2 internal/plugin/discovery.go, install.go
 * Differs: a program is written beside and renamed, so that a link is replaced rather than followed; on Windows only what can be
 * run counts
 */
export function openPluginFolder({ path, isDefault, platform }: FolderOptions): PluginFolder {
  const isWindows = platform === 'win32';
  const nameOf = (file: string): string => {
    if (!file.startsWith(PLUGIN_PREFIX) || (isWindows && !WINDOWS_ENDING.test(file))) return '';
    const name = file.slice(PLUGIN_PREFIX.length);
    return isWindows ? name.replace(WINDOWS_ENDING, '') : name;
  };
  const receiptPath = (name: string): string => join(path, `${PLUGIN_PREFIX}${name}.yaml`);
  /** File names of the plugins, in order. */
  const files = async (): Promise<{ name: string; file: string }[]> => {
    const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => ({ name: nameOf(entry.name), file: entry.name }))
      .filter(({ name }) => name !== '')
      .sort((a, b) => (a.file < b.file ? -1 : 1));
  };
  return {
    path,
    async list(reserved) {
      const found = new Map<string, FoundPlugin>();
      for (const { name, file } of await files()) {
        if (reserved.has(name) || found.has(name)) continue;
        const target = await stat(join(path, file)).catch(() => undefined);
        if (target?.isFile() === true && (isWindows || (target.mode & 0o111) !== 0))
          found.set(name, { name, path: join(path, file) });
      }
      return [...found.values()];
    },
    async readReceipt(name) {
      const text = /[/\\]/.test(name) ? undefined : await readFile(receiptPath(name), 'utf8').catch(() => undefined);
      return text === undefined ? undefined : (await import('./receipt.ts')).parseReceipt(text);
    },
    async prepare() {
      try {
        if (isDefault) await mkdir(path, { recursive: true, mode: 0o755 });
        if ((await stat(path)).isDirectory()) return;
      } catch (cause) {
        throw new FluxError('plugin/folder-missing', `the plugin folder ${path} is not there: ${messageOf(cause)}`, {
          hint: isDefault ? 'check the rights on the home folder' : `make it: mkdir -p ${path}; FLUXCD_PLUGINS names it`,
          cause,
        });
      }
      throw new FluxError('plugin/folder-missing', `the plugin folder ${path} is no folder`, {
        hint: 'FLUXCD_PLUGINS names another one',
      });
    },
    async place(program, receipt) {
      const { formatReceipt } = await import('./receipt.ts');
      const target = join(path, `${PLUGIN_PREFIX}${receipt.name}${isWindows ? '.exe' : ''}`);
      try {
        await replace(path, target, program, 0o755);
        await replace(path, receiptPath(receipt.name), formatReceipt(receipt), 0o644);
      } catch (cause) {
        throw unwritable(target, cause);
      }
      return target;
    },
    async remove(name) {
      const found = (await files()).find((one) => one.name === name);
      if (found === undefined) {
        throw new FluxError('plugin/not-installed', `plugin ${JSON.stringify(name)} is not installed`, {
          hint: 'flux-ts plugin list shows those that are',
        });
      }
      const target = join(path, found.file);
      try {
        await rm(target);
        await rm(receiptPath(name), { force: true });
      } catch (cause) {
        throw unwritable(target, cause);
      }
      return target;
    },
  };
}

/** Writes a file beside its place, gives it its mode once it is whole, and renames it. */
async function replace(folder: string, target: string, content: Uint8Array | string, mode: number): Promise<void> {
  // The dot keeps it from being taken for a plugin.
  const beside = join(folder, `.flux-ts-${randomBytes(6).toString('hex')}`);
  try {
    const handle = await open(beside, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await chmod(beside, mode);
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

function unwritable(path: string, cause: unknown): FluxError {
  return new FluxError('plugin/unwritable', `${path} cannot be changed: ${messageOf(cause)}`, {
    hint: 'check rights and free space of the plugin folder; FLUXCD_PLUGINS names another one',
    cause,
  });
}
