import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { DeployKey } from './types.ts';

/** The objects of a list; empty where it is none. */
export function objectsOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter((item) => isJsonObject(item)) : [];
}

/** The `id` of an answer as text, whether it is a number or a text; empty where there is none. */
export function idOf(value: JsonValue | undefined): string {
  const id = isJsonObject(value) ? value['id'] : undefined;
  return typeof id === 'number' || typeof id === 'string' ? String(id) : '';
}

/** Type and key of a public key, without its comment, so that two can be compared. */
export function bareKey(key: string): string {
  return key.trim().split(/\s+/).slice(0, 2).join(' ');
}

/** True where a key is there as it is wanted. */
export function isSameKey(one: Omit<DeployKey, 'id'>, other: Omit<DeployKey, 'id'>): boolean {
  return one.title === other.title && bareKey(one.key) === bareKey(other.key) && one.readOnly === other.readOnly;
}

/**
 * An address of SSH in the form of a URL, without `.git` at its end, as flux writes it: `git@host:path.git` becomes
 * `ssh://git@host/path`.
 *
 * Source: fluxcd/go-git-providers gitprovider/repositoryref.go ParseTypeSSH
 */
export function sshUrlOf(address: string): string {
  const bare = address.replace(/\.git$/, '');
  if (bare.startsWith('ssh://')) return bare;
  const [, user = '', host = '', path = ''] = /^([^@/]+)@([^:/]+):(.+)$/.exec(bare) ?? [];
  return host === '' ? '' : `ssh://${user}@${host}/${path}`;
}

/** A segment of a path. */
export const part: (text: string) => string = encodeURIComponent;
