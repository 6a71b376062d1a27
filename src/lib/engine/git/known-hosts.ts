import { Buffer } from 'node:buffer';
import { createHash, createHmac } from 'node:crypto';

/** One line of a known_hosts file. */
export interface KnownHost {
  /** `revoked` forbids the key. Lines of authorities are left out: we check keys, not certificates. */
  readonly marker: 'none' | 'revoked';
  /** Comma-separated patterns, or one hashed name. */
  readonly hosts: string;
  readonly keyType: string;
  /** The key in base64. */
  readonly key: string;
}

/** What the file says about a key that a server shows. */
export type HostKeyVerdict = 'known' | 'mismatch' | 'unknown' | 'revoked';

/**
 * Reads a known_hosts file. Lines that cannot be read are passed over, as ssh does.
 *
 * Effects: none
 * Source: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"
 */
export function parseKnownHosts(text: string): KnownHost[] {
  const entries: KnownHost[] = [];
  for (const line of text.split(/\r?\n/)) {
    const words = line.trim().split(/\s+/);
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const marker = words[0]?.startsWith('@') === true ? words.shift() : undefined;
    const [hosts, keyType, key] = words;
    if (hosts === undefined || keyType === undefined || key === undefined) continue;
    if (marker !== undefined && marker !== '@revoked') continue;
    entries.push({ marker: marker === undefined ? 'none' : 'revoked', hosts, keyType, key });
  }
  return entries;
}

/**
 * The name under which known_hosts lists a host: with its port unless that is 22.
 *
 * Effects: none
 * Source: golang.org/x/crypto/ssh/knownhosts Normalize
 *
 * @example formatHostPattern('git.example.com', 2222) // '[git.example.com]:2222'
 */
export function formatHostPattern(host: string, port: number): string {
  if (port !== 22) return `[${host}]:${port}`;
  return host.includes(':') ? `[${host}]` : host;
}

/**
 * The lines that are about a host.
 *
 * Effects: none
 */
export function selectKnownHosts(entries: readonly KnownHost[], host: string, port: number): KnownHost[] {
  const names = port === 22 ? [host, formatHostPattern(host, port)] : [formatHostPattern(host, port)];
  const lower = names.map((name) => name.toLowerCase());
  return entries.filter((entry) => lower.some((name) => matchesHosts(entry.hosts, name)));
}

/**
 * Judges the key that a server shows.
 *
 * Effects: none
 *
 * @param entries the lines about that host, as `selectKnownHosts` gives them
 */
export function judgeHostKey(entries: readonly KnownHost[], key: Uint8Array): HostKeyVerdict {
  const shown = Buffer.from(key).toString('base64');
  const same = entries.filter((entry) => entry.key === shown);
  if (same.some((entry) => entry.marker === 'revoked')) return 'revoked';
  if (same.length > 0) return 'known';
  return entries.some((entry) => entry.marker === 'none') ? 'mismatch' : 'unknown';
}

/**
 * The fingerprint of a key as ssh-keygen prints it.
 *
 * Effects: none
 *
 * @example formatFingerprint(key) // 'SHA256:…'
 */
export function formatFingerprint(key: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The type that stands at the start of a key (`ssh-ed25519`). */
export function keyTypeOf(key: Uint8Array): string {
  const buffer = Buffer.from(key);
  return buffer.length < 4 ? '' : buffer.toString('latin1', 4, 4 + Math.min(buffer.readUInt32BE(0), 64));
}

function matchesHosts(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) {
    const [, , salt = '', wanted = ''] = hosts.split('|');
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === wanted;
  }
  let matched = false;
  for (const pattern of hosts.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    if (!matchesWildcard(negated ? pattern.slice(1) : pattern, name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

/** `*` and `?`, in time that grows only with the product of the lengths. */
function matchesWildcard(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let mark = 0;
  let index = 0;
  while (index < name.length) {
    if (at < pattern.length && pattern[at] === '*') {
      star = at;
      mark = index;
      at += 1;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      mark += 1;
      index = mark;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
