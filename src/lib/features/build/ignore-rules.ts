import type { FileSystem } from '../../core/filesystem.ts';
import { joinPath } from '../../core/paths.ts';
import {
  createMatcher,
  defaultPatterns,
  IGNORE_FILE,
  type Matcher,
  parsePatterns,
  type Pattern,
  vcsPatterns,
} from '../../engine/sourceignore/index.ts';

/**
 * Makes the function that tells which files of a folder a build passes over: those that Flux always leaves out of a source,
 * those of the `.sourceignore` files in and below the folder, and those of `--ignore-paths`, in rising priority.
 *
 * Effects: reads the folder
 * Source: fluxcd/pkg sourceignore/sourceignore.go LoadIgnorePatterns, NewDefaultMatcher
 *
 * @param folder absolute path in the tree
 * @param lines of `--ignore-paths`
 */
export function readIgnoreRules(files: FileSystem, folder: string, lines: readonly string[]): Matcher {
  const patterns: Pattern[] = [];
  const visit = (path: string, domain: string): void => {
    const names = files.readDir(path);
    if (names.includes(IGNORE_FILE) && files.stat(joinPath(path, IGNORE_FILE)) === 'file') {
      patterns.push(...parsePatterns(new TextDecoder().decode(files.readFile(joinPath(path, IGNORE_FILE))), domain));
    }
    const real = files.realPath(path);
    for (const name of names) {
      const inner = joinPath(path, name);
      if (name === '.git' || files.stat(inner) !== 'directory') continue;
      // A link may lead back up.
      if (files.realPath(inner) === joinPath(real, name)) visit(inner, domain === '' ? name : `${domain}/${name}`);
    }
  };
  visit(folder, '');
  return createMatcher([...vcsPatterns(), ...defaultPatterns(), ...patterns, ...parsePatterns(lines.join('\n'))]);
}
