import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { prepareManifests } from './prepare-manifests.ts';

/** What a build made. */
export interface BuiltBundle {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Bundles the CLI and the library into `dist/`: one entry for the CLI with a chunk for each command, loaded when it is
 * called, and one entry for each part of the engine. The CLI has the manifests built beforehand.
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
  await rm(join(root, 'dist'), { recursive: true, force: true });
  const result = await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts', ...parts.map((path) => path.slice(root.length).replace(/^\//, ''))],
    outbase: 'src',
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    chunkNames: 'chunks/[name]-[hash]',
    plugins: [withPreparedManifests(root)],
    metafile: true,
    legalComments: 'none',
    minifyWhitespace: true,
    minifySyntax: true,
    keepNames: false,
    // Small and needed by the fastest commands: in the bundle. The rest stays a package, loaded when something asks for it.
    external: Object.keys(dependencies).filter((name) => !BUNDLED.has(name)),
  });
  const outputs = Object.values(result.metafile.outputs);
  return { files: outputs.length, bytes: outputs.reduce((sum, { bytes }) => sum + bytes, 0) };
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
