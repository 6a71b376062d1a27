import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { prepareManifests } from './prepare-manifests.ts';

/** What a build made. */
export interface BuiltBundle {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Bundles the CLI and the library into `dist/`: the CLI as one file, in which each module runs when it is first asked for, and
 * one entry for each part of the engine. The CLI has the manifests built beforehand.
 *
 * One file, since finding and linking the fifty that a command took was a third of its start; and not a module, since only the
 * compiled code of a script can be kept after it has run (see `bin/flux-ts`).
 *
 * Effects: replaces `dist/`
 *
 * @param root folder of the package
 */
export async function buildBundle(root: string): Promise<BuiltBundle> {
  const { dependencies = {}, exports = {} } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
    exports?: Record<string, { source?: string }>;
  };
  const parts = Object.values(exports).flatMap(({ source }) => (source === undefined ? [] : [join(root, source)]));
  // The CLI's own file is replaced in one go, so that one that runs meanwhile finds it.
  for (const name of ['chunks', 'lib']) await rm(join(root, 'dist', name), { recursive: true, force: true });
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node22',
    metafile: true,
    legalComments: 'none',
    minifyWhitespace: true,
    minifySyntax: true,
    // Node shows the line of an error that nothing caught.
    lineLimit: 160,
    keepNames: false,
    // Small and needed by the fastest commands: in the bundle. The rest stays a package, loaded when something asks for it.
    external: Object.keys(dependencies).filter((name) => !BUNDLED.has(name)),
  } satisfies BuildOptions;
  const [cli, library] = await Promise.all([
    build({
      ...common,
      entryPoints: ['src/main.ts'],
      format: 'cjs',
      outfile: 'dist/main.cjs',
      // Names are a quarter of what is read at every start. Places in it are found again by building the same version with a map.
      minifyIdentifiers: true,
      plugins: [withPreparedManifests(root)],
      define: { 'import.meta.url': MODULE_URL },
      write: false,
    }),
    build({
      ...common,
      entryPoints: parts.map((path) => path.slice(root.length).replace(/^\//, '')),
      outbase: 'src',
      outdir: 'dist',
      splitting: true,
      format: 'esm',
      chunkNames: 'chunks/[name]-[hash]',
    }),
  ]);
  const [output] = cli.outputFiles;
  if (output === undefined) throw new Error('the bundler gave no file');
  await mkdir(dirname(output.path), { recursive: true });
  const next = `${output.path}.${process.pid}`;
  await writeFile(next, asScript(output.text, countImports(cli.metafile)));
  await rename(next, output.path);
  const outputs = [...Object.values(cli.metafile.outputs), ...Object.values(library.metafile.outputs)];
  return { files: outputs.length, bytes: outputs.reduce((sum, { bytes }) => sum + bytes, 0) };
}

const MODULE_URL = '__moduleUrl';

/**
 * Makes the bundle a script that `bin/flux-ts` can run from kept code: what it imports at run time goes through a function that
 * it is given, since a script has no loader of its own.
 *
 * @throws {Error} a text looks like an import, or an import was missed
 */
function asScript(text: string, imports: number): string {
  let found = 0;
  // One whose name is only known at run time (a package that is not ours to bring along) is not among those that are counted.
  const lazy = text.replace(/=require\("(node:[a-z_/]+)"\)/g, (whole, name: string) =>
    LATE_BUILTINS.has(name) ? `=builtinLater("${name}")` : whole,
  );
  const script = lazy.replace(/(?<![\w$.])import\((["'`]?)/g, (_whole, quote: string) => {
    if (quote !== '') found++;
    return `importModule(${quote}`;
  });
  if (found !== imports) throw new Error(`the bundle should have ${imports} imports at run time, and has ${found}`);
  if (/[^\0-\x7f]/.test(script)) throw new Error('the bundle must be plain ASCII, since it is read as such');
  return `const ${MODULE_URL}=require("node:url").pathToFileURL(__filename).href;${BUILTIN_LATER}${script}`;
}

/**
 * Built-in modules that take long to load, and that many a file needs for one function which most commands never call: each is
 * loaded when a member of it is first asked for. That counts for imports of names; a default import copies all members at once.
 */
const LATE_BUILTINS: ReadonlySet<string> = new Set([
  'node:child_process',
  'node:crypto',
  'node:net',
  'node:stream',
  'node:stream/promises',
  'node:zlib',
]);
const BUILTIN_LATER = 'const builtinLater=(name)=>{let found;return new Proxy({},{get:(_,key)=>(found??=require(name))[key]})};';

function countImports({ outputs }: Metafile): number {
  return Object.values(outputs)
    .flatMap((output) => output.imports)
    .filter(({ kind, external }) => kind === 'dynamic-import' && external === true).length;
}

const BUNDLED: ReadonlySet<string> = new Set(['js-yaml', 'chalk']);

/** Puts the manifests, built beforehand, in the place of the file that says there are none. */
function withPreparedManifests(root: string): Plugin {
  return {
    name: 'prepared-manifests',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]src[\\/]lib[\\/]context-manifests\.ts$/ }, () => {
        const prepared = JSON.stringify(prepareManifests(join(root, 'manifests')));
        return { contents: `export function preparedManifests() { return ${prepared}; }`, loader: 'js' };
      });
    },
  };
}
