import { parse, relative, resolve, sep } from 'node:path';
import { FluxError } from '../../core/errors.ts';
import type { FileSystem } from '../../core/filesystem.ts';
import type { Progress } from '../../core/progress.ts';

/** What `render` is told. */
export interface RenderOptions {
  /** Directory with a kustomization file, relative to where the command runs. */
  readonly directory: string;
  /** `rootOnly`: files must lie in or below the directory of the kustomization that names them. */
  readonly loadRestrictor: 'rootOnly' | 'none';
  /** File that the result goes to; empty means that it is returned. */
  readonly outputFile: string;
}

/** What it needs of the world. */
export interface RenderWorld {
  /** Where the command runs. */
  readonly cwd: string;
  openFolder(path: string): Promise<FileSystem>;
  storeTextFile(path: string, text: string): Promise<void>;
  readonly progress: Progress;
}

/**
 * Renders a kustomization on the disk: what `kubectl kustomize DIR` prints. The tree that it may read is the whole disk, since
 * bases may lie above the directory; which files may be loaded is the business of the load restrictor.
 *
 * Effects: reads the disk; writes the output file, where one is named
 *
 * @returns the YAML; empty where it went to a file
 * @throws {FluxError} build/bad-directory, build/output-unwritable; kustomize/…, yaml/…, filesys/…
 */
export async function renderFolder(options: RenderOptions, world: RenderWorld): Promise<string> {
  const { directory, loadRestrictor, outputFile } = options;
  if (directory === '') {
    throw new FluxError('build/bad-directory', 'the directory to build has no name', {
      hint: 'name one, or "." for the one where the command runs',
    });
  }
  if (/^(?:[a-z][a-z0-9+.-]*:\/\/|git@)/i.test(directory)) {
    throw new FluxError('build/bad-directory', `build ${JSON.stringify(directory)}: it is not on this disk`, {
      hint: 'clone the repository and name the directory in it',
    });
  }
  const full = resolve(world.cwd, directory);
  const { root } = parse(full);
  const [{ render }, files] = await Promise.all([import('../../engine/kustomize/index.ts'), world.openFolder(root)]);
  const told = new Set<string>();
  const text = render(files, `/${relative(root, full).split(sep).join('/')}`, {
    loadRestrictor,
    warn(warning) {
      // The same field in ten bases is told once.
      if (!told.has(warning)) world.progress.warning(warning.replace(/^# Warning: /, ''));
      told.add(warning);
    },
  });
  if (outputFile === '') return text;
  await storeOutput(outputFile, text, world);
  return '';
}

async function storeOutput(path: string, text: string, world: RenderWorld): Promise<void> {
  try {
    await world.storeTextFile(path, text);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    throw new FluxError('build/output-unwritable', `write ${JSON.stringify(path)}: ${REASONS[code] ?? (code || 'failed')}`, {
      hint: 'name a file in a folder that exists and that you may write to',
      cause,
    });
  }
}

/** The system's codes in words. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on the disk',
  ENOTDIR: 'not a directory',
  EROFS: 'the file system is read-only',
};
