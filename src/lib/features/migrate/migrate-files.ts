import { FluxError } from '../../core/errors.ts';
import type { Progress } from '../../core/progress.ts';
import { type FileChange, migrateFile, type Target } from '../../engine/apiversions/index.ts';

/** A file and its text. */
export interface MigrationFile {
  readonly path: string;
  readonly text: string;
}

/** What migrating files needs of the world. */
export interface MigrateWorld {
  /** Puts the new text in place of the old one, whole or not at all. */
  writeFile(path: string, text: string): Promise<void>;
  confirm(question: string): Promise<boolean>;
  readonly progress: Progress;
}

/** How files are migrated. */
export interface MigrateOptions {
  /** Flux version whose APIs are wanted. */
  readonly target: Target;
  /** Tells what would change and writes nothing. */
  readonly dryRun: boolean;
}

/** What was found in one file. */
export interface MigratedPath {
  readonly path: string;
  readonly changes: readonly FileChange[];
  readonly warnings: readonly string[];
}

/** What migrating came to. */
export interface MigrateResult {
  readonly files: readonly MigratedPath[];
  /** False for a dry run, and where there was nothing to write. */
  readonly written: boolean;
}

/**
 * Brings the Flux objects in files to the APIs of a Flux version. Only the lines concerned change: comments, order and
 * quoting stay.
 *
 * Effects: writes the files that change, after a question
 * Source: fluxcd/flux2 cmd/flux/migrate.go
 * Differs: fields that the new API does not have are taken out, each with a warning; upstream changes the apiVersion only.
 *
 * @throws {FluxError} migrate/aborted: the answer was no
 */
export async function migrateFiles(
  files: readonly MigrationFile[],
  options: MigrateOptions,
  world: MigrateWorld,
): Promise<MigrateResult> {
  const { progress } = world;
  const found = files
    .map(({ path, text }) => ({ path, ...migrateFile(text, options.target) }))
    .filter(({ changes }) => changes.length > 0);
  for (const { path, changes, warnings } of found) {
    for (const change of changes) {
      progress.action(
        `${path}:${change.line} ${change.kind}: ${change.from} ${change.to === '' ? 'is taken out' : `→ ${change.to}`}`,
      );
    }
    for (const warning of warnings) progress.warning(`${path}: ${warning}`);
  }
  const result = found.map(({ path, changes, warnings }) => ({ path, changes, warnings }));
  if (found.length === 0) {
    progress.success('nothing to migrate: all objects are of current APIs');
    return { files: [], written: false };
  }
  if (options.dryRun) return { files: result, written: false };
  if (
    !(await world.confirm(`Are you sure you want to change ${found.length === 1 ? 'this file' : `these ${found.length} files`}`))
  ) {
    throw new FluxError('migrate/aborted', 'aborting');
  }
  for (const { path, text } of found) {
    await world.writeFile(path, text);
    progress.success(`${path} migrated`);
  }
  return { files: result, written: true };
}
