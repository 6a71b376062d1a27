import { FluxError } from '../../core/errors.ts';
import { OCI_PREFIX } from './constants.ts';

/** Where an artifact is. */
export interface Reference {
  /** Host and port; `index.docker.io` for Docker Hub. */
  readonly registry: string;
  /** Path within the registry. */
  readonly repository: string;
  /** `latest` where the address has neither tag nor digest; absent with a digest alone. */
  readonly tag?: string;
  /** `sha256:…`; it wins over the tag. */
  readonly digest?: string;
}

const DOCKER_HUB = 'index.docker.io';
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const REGISTRY = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;

/**
 * Reads the address of an artifact, `oci://host/path[:tag][@sha256:…]`.
 *
 * Effects: none
 * Source: fluxcd/pkg oci/url.go; OCI distribution-spec, "Pulling manifests"; the Docker Hub rules are Docker's
 *
 * @throws {FluxError} oci/bad-url
 * @example parseReference('oci://ghcr.io/org/app:1.0') // { registry: 'ghcr.io', repository: 'org/app', tag: '1.0' }
 */
export function parseReference(url: string): Reference {
  if (!url.startsWith(OCI_PREFIX)) throw badUrl(url, "must be in format 'oci://<domain>/<org>/<repo>'");
  const [place = '', digest, ...more] = url.slice(OCI_PREFIX.length).split('@');
  if (more.length > 0 || (digest !== undefined && !DIGEST.test(digest))) {
    throw badUrl(url, 'what follows @ must be sha256: and 64 hexadecimal digits');
  }
  const slash = place.indexOf('/');
  const first = slash < 0 ? '' : place.slice(0, slash);
  const hasHost = /[.:]/.test(first) || first === 'localhost';
  const host = hasHost ? first : DOCKER_HUB;
  const rest = hasHost ? place.slice(slash + 1) : place;
  const colon = rest.lastIndexOf(':');
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  const path = colon < 0 ? rest : rest.slice(0, colon);
  const registry = host === 'docker.io' || host === 'registry-1.docker.io' ? DOCKER_HUB : host;
  const repository = registry === DOCKER_HUB && !path.includes('/') ? `library/${path}` : path;
  if (!REGISTRY.test(registry)) throw badUrl(url, `${JSON.stringify(registry)} is no host`);
  if (path === '' || repository.length > 255 || !REPOSITORY.test(repository)) {
    throw badUrl(url, 'a repository has lower-case letters, digits, and . _ - / between them');
  }
  if (tag !== undefined && !TAG.test(tag)) throw badUrl(url, 'a tag has up to 128 letters, digits, and _ . - but not first');
  return {
    registry,
    repository,
    ...(tag === undefined ? (digest === undefined ? { tag: 'latest' } : {}) : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/**
 * Checks a tag that stands by itself.
 *
 * @throws {FluxError} oci/bad-tag
 */
export function checkTag(tag: string): string {
  if (TAG.test(tag)) return tag;
  throw new FluxError('oci/bad-tag', `${JSON.stringify(tag)} is no tag: up to 128 letters, digits, and _ . - but not first`);
}

/** `host/path`, without tag and digest. */
export function repositoryName({ registry, repository }: Reference): string {
  return `${registry}/${repository}`;
}

/** What a manifest is asked for by: the digest, else the tag. */
export function identifierOf({ tag, digest }: Reference): string {
  return digest ?? tag ?? 'latest';
}

function badUrl(url: string, why: string): FluxError {
  return new FluxError('oci/bad-url', `${JSON.stringify(url)} is not the address of an artifact: ${why}`, {
    hint: 'write it like oci://ghcr.io/org/config/app:v1.0.0',
  });
}
