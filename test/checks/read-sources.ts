import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the package. */
export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url));

/** One import of a source file. */
export interface SourceImport {
  /** Path from the root for our own files, else the name of the package. */
  readonly target: string;
  readonly isOwn: boolean;
  readonly isType: boolean;
  readonly isDynamic: boolean;
}

/** One TypeScript file. */
export interface SourceFile {
  /** From the root, with `/`. */
  readonly path: string;
  readonly text: string;
  /** The text without comments and strings, so that a word in a sentence is not taken for code. */
  readonly code: string;
  readonly imports: readonly SourceImport[];
}

/** Reads the TypeScript files below a folder, generated ones left out. */
export function readSources(folder: string): SourceFile[] {
  return listFiles(join(ROOT, folder))
    .filter((path) => path.endsWith('.ts') && !path.includes('generated'))
    .map((path) => {
      const text = readFileSync(path, 'utf8');
      const own = relative(ROOT, path).replaceAll('\\', '/');
      return { path: own, text, code: stripText(text), imports: readImports(own, text) };
    });
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? listFiles(path) : [path];
  });
}

function readImports(path: string, text: string): SourceImport[] {
  const imports: SourceImport[] = [];
  const add = (target: string, isType: boolean, isDynamic: boolean) => {
    const isOwn = target.startsWith('.');
    imports.push({
      target: isOwn ? normalize(join(dirname(path), target)).replaceAll('\\', '/') : target,
      isOwn,
      isType,
      isDynamic,
    });
  };
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  for (const [, kind, names = '', target = ''] of code.matchAll(/^(import|export)\b([^;'"]*?)from\s+'([^']+)'/gm)) {
    const named = /^\s*\{([^}]*)\}\s*$/.exec(names);
    const allTypes =
      named?.[1] !== undefined && named[1].split(',').every((name) => name.trim() === '' || name.trim().startsWith('type '));
    add(target, /^\s*type\b/.test(names) || (kind === 'import' && allTypes), false);
  }
  for (const [, target = ''] of code.matchAll(/^import\s+'([^']+)'/gm)) add(target, false, false);
  for (const match of code.matchAll(/(typeof\s+)?\bimport\('([^']+)'\)/g)) add(match[2] ?? '', match[1] !== undefined, true);
  return imports;
}

function stripText(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, ' ')
    .replaceAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''")
    .replaceAll(/(^|[^:])\/\/.*$/gm, '$1');
}

/** Fails with a list, one finding a line. */
export function expectNone(findings: readonly string[], rule: string): void {
  if (findings.length === 0) return;
  throw new Error(`${rule}\n${findings.map((finding) => `  ${finding}`).join('\n')}`);
}
