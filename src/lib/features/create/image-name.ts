import { FluxError } from '../../core/errors.ts';
import { problemOfUrl } from './git-url.ts';

const REPOSITORY_CHARS = 'abcdefghijklmnopqrstuvwxyz0123456789_-./';

/**
 * Checks that a text is an image without a tag.
 *
 * Effects: none
 * Source: google/go-containerregistry pkg/name, whose sentences these are
 *
 * @throws {FluxError} create/bad-image
 */
export function checkImageRepository(image: string): void {
  const problem = problemOfRepository(image);
  if (problem === undefined) return;
  throw new FluxError('create/bad-image', `unable to parse image value: ${problem}`, {
    hint: 'an image without tag and digest, in small letters: ghcr.io/team/app',
  });
}

/**
 * Checks that a text is a registry, an image, or one with its tag or digest.
 *
 * Effects: none
 * Source: google/go-containerregistry pkg/name
 *
 * @throws {FluxError} create/bad-image
 */
export function checkImageReference(text: string): void {
  if (isTagged(text) || isDigested(text)) return;
  throw new FluxError('create/bad-image', `error parsing url: 'could not parse reference: ${text}'`, {
    hint: 'a registry or a repository in it: ghcr.io, ghcr.io/team/app',
  });
}

function problemOfRepository(name: string): string | undefined {
  if (name === '') return 'a repository name must be specified';
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const hasRegistry = slash >= 0 && (first === 'localhost' || /[.:]/.test(first));
  const repository = hasRegistry ? name.slice(slash + 1) : name;
  const length = Array.from(repository).length;
  if (length < 2 || length > 255) return `repository must be between 2 and 255 characters in length: ${repository}`;
  if (/[^a-z0-9_./-]/.test(repository)) {
    return `repository can only contain the characters \`${REPOSITORY_CHARS}\`: ${repository}`;
  }
  if (hasRegistry && (problemOfUrl(`//${first}`) !== undefined || /[@?#]/.test(first))) {
    return `registries must be valid RFC 3986 URI authorities: ${first}`;
  }
  return undefined;
}

function isTagged(text: string): boolean {
  const colon = text.lastIndexOf(':');
  if (colon < 0 || text.slice(colon + 1).includes('/')) return problemOfRepository(text) === undefined;
  return /^[\w.-]{1,128}$/.test(text.slice(colon + 1)) && problemOfRepository(text.slice(0, colon)) === undefined;
}

function isDigested(text: string): boolean {
  const [name = '', digest = '', ...more] = text.split('@');
  return more.length === 0 && /^sha256:[a-f0-9]{64}$/.test(digest) && isTagged(name);
}
