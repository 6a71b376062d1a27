import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the folder of `makeKnownFolder` is said to come from. */
export const KNOWN_SOURCE = 'https://git.example.com/fleet';
/** And of which revision. */
export const KNOWN_REVISION = 'main@sha1:0123';

/**
 * Digests that the library of flux 2.9 (fluxcd/pkg oci v0.68.0 with go-containerregistry v0.21.6, Go 1.26) gave for that folder,
 * packed with the default `--ignore-paths`, and pushed with `--reproducible`.
 */
export const KNOWN_DIGESTS = {
  tarball: 'sha256:8f9faceaca389a7d95715f218537b23d9cdc39b802057ed1d23ffa3ab8e36cda',
  artifact: 'sha256:31cb07acd14ee930385cca5930c4f99a8e434c3357f56ad3a5bd93ee48532134',
  artifactOfFile: 'sha256:27bffab41e3866f1573d00afee273d8ea3084db30953a08c13598da49fdb7ca0',
} as const;

/** Makes a folder with files of several modes, a link, and files that are left out. */
export function makeKnownFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'flux-ts-known-'));
  const put = (path: string, text: string, mode: number): void => {
    writeFileSync(join(dir, path), text);
    chmodSync(join(dir, path), mode);
  };
  mkdirSync(join(dir, 'apps/.git'), { recursive: true });
  put('apps/config.yaml', 'kind: ConfigMap\n', 0o644);
  put('run.sh', '#!/bin/sh\n', 0o755);
  put('apps/.git/HEAD', 'x', 0o644);
  put('picture.png', 'x', 0o644);
  symlinkSync('run.sh', join(dir, 'link'));
  for (const folder of ['.', 'apps', 'apps/.git']) chmodSync(join(dir, folder), 0o755);
  return dir;
}
