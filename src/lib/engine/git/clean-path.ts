import { FluxError } from '../../core/errors.ts';

/**
 * Tidies the path of a file in a repository: `./a//b` becomes `a/b`.
 *
 * Effects: none
 *
 * @throws {FluxError} git/unsafe-path: absolute, out of the tree, into `.git`, or empty
 */
export function cleanPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const isBad = (part: string) => part === '..' || part.toLowerCase() === '.git' || part.includes('\0');
  if (parts.length === 0 || path.startsWith('/') || parts.some(isBad)) {
    throw new FluxError('git/unsafe-path', `path ${JSON.stringify(path)} is not that of a file within the repository`, {
      hint: 'Give a relative path without ".." and not below ".git"',
    });
  }
  return parts.join('/');
}
