import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
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
  /** The plugins in it, by name; those with a reserved name are left out. Nothing is run for that. A missing folder has none. */
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
 * run counts; a folder that cannot be read is an error, and not an empty one
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
    const entries = await readdir(path, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return [];
      throw new FluxError('plugin/unreadable', `the plugin folder ${path} cannot be read: ${messageOf(cause)}`, {
        hint: 'check the rights on it; FLUXCD_PLUGINS names another one',
        cause,
      });
    });
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
      const [programFile, receiptFile] = [besideName(path), besideName(path)];
      try {
        // Both are whole before either is in place.
        await write(programFile, program, 0o755);
        await write(receiptFile, formatReceipt(receipt), 0o644);
        await rename(programFile, target);
        await rename(receiptFile, receiptPath(receipt.name));
      } catch (cause) {
        for (const file of [programFile, receiptFile]) await rm(file, { force: true });
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

/** A name for what is not in its place yet. The dot keeps it from being taken for a plugin. */
function besideName(folder: string): string {
  return join(folder, `.flux-ts-${randomBytes(6).toString('hex')}`);
}

/** Writes a new file, and gives it its mode once it is whole. */
async function write(path: string, content: Uint8Array | string, mode: number): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
    await handle.chmod(mode);
  } finally {
    await handle.close();
  }
}

function unwritable(path: string, cause: unknown): FluxError {
  return new FluxError('plugin/unwritable', `${path} cannot be changed: ${messageOf(cause)}`, {
    hint: 'check rights and free space of the plugin folder; FLUXCD_PLUGINS names another one',
    cause,
  });
}
