import { FluxError } from '../../core/errors.ts';

/**
 * Checks and tidies the path of an entry: `./a/` becomes `a`; the root is the empty text.
 *
 * Effects: none
 *
 * @throws {FluxError} artifact/unsafe-path: absolute, or with `..`
 */
export function cleanEntryPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (path.startsWith('/') || parts.includes('..') || path.includes('\0')) {
    throw new FluxError(
      'artifact/unsafe-path',
      `the artifact has an entry that leads out of its folder: ${JSON.stringify(path)}`,
      {
        hint: 'Whoever made the artifact is broken or hostile; do not use it',
        details: { path },
        terminal: true,
      },
    );
  }
  return parts.join('/');
}
