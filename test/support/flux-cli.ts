import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Progress } from '../../src/lib/core/progress.ts';
import { buildBinary, withLock } from '../../src/lib/engine/controlplane/index.ts';
import { openRooted } from '../../src/lib/engine/filesys/index.ts';
import { render } from '../../src/lib/engine/kustomize/index.ts';
import { COMPONENTS } from '../../src/lib/features/install/components.ts';
import { hostOfProcess } from '../../src/lib/features/sandbox/host-of-process.ts';
import { findToolsDir } from '../../src/lib/features/sandbox/sandbox-paths.ts';

/** The release that flux-ts follows; tools/flux pins it. */
const VERSION = '2.9.4';

/**
 * Finds the flux CLI: `$FLUX`, else the one that was built before, else builds it from its pinned module, which takes two
 * minutes. The module lacks the manifests that a release carries, so ours are put in.
 *
 * Effects: may build the program into the cache
 *
 * @throws {Error} `$FLUX` is of another release
 */
export async function findFluxCli(progress: Progress): Promise<string> {
  const own = process.env['FLUX'] ?? '';
  if (own !== '') {
    const said = execFileSync(own, ['--version'], { encoding: 'utf8' }).trim();
    if (said !== `flux version ${VERSION}`) throw new Error(`${own} says "${said}", flux ${VERSION} is wanted`);
    return own;
  }
  const cache = cacheFolder();
  const output = join(cache, 'flux');
  const host = hostOfProcess(process.env);
  await withLock(join(cache, 'flux.lock'), host, {}, async () => {
    if (existsSync(output)) return;
    const said = execFileSync('go', ['mod', 'download', '-json', 'github.com/fluxcd/flux2/v2'], {
      cwd: join(findToolsDir(), 'flux'),
      encoding: 'utf8',
    });
    const copy = mkdtempSync(join(tmpdir(), 'flux-ts-flux-'));
    try {
      // Go's cache of modules is read-only, and its copy would be too.
      cpSync((JSON.parse(said) as { Dir: string }).Dir, copy, { recursive: true, mode: 0 });
      execFileSync('chmod', ['-R', 'u+w', copy]);
      writeManifests(join(copy, 'cmd', 'flux', 'manifests'));
      const linkerFlags = `-s -w -X main.VERSION=${VERSION}`;
      await buildBinary({ title: `flux ${VERSION}`, moduleDir: copy, package: './cmd/flux', linkerFlags, output }, host, {
        progress,
      });
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });
  return output;
}

/** The flux CLI that was built before; says why there is none. */
export function findBuiltFluxCli(): { readonly path: string } | { readonly missing: string } {
  const path = join(cacheFolder(), 'flux');
  return existsSync(path) ? { path } : { missing: `flux ${VERSION} is not built yet: \`npm run bench cli\` does that` };
}

function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'flux-ts', 'flux', `v${VERSION}`);
}

/** Files as those that a release of flux has within it: one for each controller, the roles, the policies. */
function writeManifests(to: string): void {
  const fs = openRooted(fileURLToPath(new URL('../../manifests', import.meta.url)));
  mkdirSync(to);
  const parts: [string, string][] = COMPONENTS.map(({ name }) => [name, `controllers/${name}`]);
  for (const [name, path] of [...parts, ['rbac', 'rbac/standard'], ['policies', 'policies']] as const) {
    writeFileSync(join(to, `${name}.yaml`), render(fs, `/${path}`));
  }
}
