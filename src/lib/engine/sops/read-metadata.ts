import { FluxError } from '../../core/errors.ts';
import { isInt64 } from './cipher.ts';
import {
  type Branch,
  isBranch,
  isComment,
  isList,
  KEY_TYPES,
  type KeyType,
  type MasterKey,
  type SopsMetadata,
  type TreeValue,
} from './types.ts';

/** What people know a key by, for each kind. */
const NAME_OF: Readonly<Record<KeyType, (field: (name: string) => string) => string>> = {
  kms: (field) => (field('role') === '' ? field('arn') : `${field('arn')}+${field('role')}`),
  gcp_kms: (field) => field('resource_id'),
  hckms: (field) => field('key_id'),
  azure_kv: (field) => [field('vault_url'), 'keys', field('name'), field('version')].join('/'),
  hc_vault: (field) => `${field('vault_address')}/v1/${field('engine_path')}/keys/${field('key_name')}`,
  pgp: (field) => field('fp'),
  age: (field) => field('recipient'),
};

/** A file with more keys than this was not made by people. */
const MOST_KEYS = 1000;

/**
 * Reads what a file says about its own encryption. As upstream, a number or truth value may be written as text, and one entry
 * stands for a list of one.
 *
 * Effects: none
 * Source: sops stores/stores.go metadata, stores/metadata.go
 *
 * @throws {FluxError} sops/bad-metadata: a field is missing or of another type, two rules at once, or no keys
 */
export function readMetadata(branch: Branch): SopsMetadata {
  const text = (name: string): string => textOf(branch, name);
  const rules = {
    unencryptedSuffix: text('unencrypted_suffix'),
    encryptedSuffix: text('encrypted_suffix'),
    unencryptedRegex: text('unencrypted_regex'),
    encryptedRegex: text('encrypted_regex'),
    unencryptedCommentRegex: text('unencrypted_comment_regex'),
    encryptedCommentRegex: text('encrypted_comment_regex'),
  };
  const count = Object.values(rules).filter((rule) => rule !== '').length;
  if (count > 1) {
    throw refuse(
      'Cannot use more than one of encrypted_suffix, unencrypted_suffix, encrypted_regex, unencrypted_regex, ' +
        'encrypted_comment_regex, or unencrypted_comment_regex in the same file',
    );
  }
  const keyGroups = readGroups(branch);
  if (keyGroups.flat().length > MOST_KEYS) throw refuse(`more than ${MOST_KEYS} keys`);
  return {
    ...rules,
    ...(count === 0 ? { unencryptedSuffix: '_unencrypted' } : {}),
    lastModified: readTime(text('lastmodified')),
    mac: text('mac'),
    macOnlyEncrypted: readBoolean(memberOf(branch, 'mac_only_encrypted')),
    keyGroups,
    shamirThreshold: readInteger(memberOf(branch, 'shamir_threshold')),
  };
}

function readGroups(branch: Branch): MasterKey[][] {
  const group = readGroup(branch);
  if (group.length > 0) return [group];
  const groups = branchesOf(branch, 'key_groups').map(readGroup);
  if (groups.length === 0) throw refuse('No keys found in file');
  return groups;
}

function readGroup(branch: Branch): MasterKey[] {
  return KEY_TYPES.flatMap((type) =>
    branchesOf(branch, type).map((key): MasterKey => {
      const fields: Record<string, string> = {};
      for (const item of key.items) {
        if (typeof item.key === 'string' && typeof item.value === 'string') fields[item.key] = item.value;
      }
      const context = memberOf(key, 'context');
      return {
        type,
        name: NAME_OF[type]((name) => fields[name] ?? ''),
        encrypted: fields['enc'] ?? '',
        fields,
        context: isBranch(context)
          ? Object.fromEntries(
              context.items.flatMap((item) => (isComment(item.key) ? [] : [[String(item.key), textLeaf(item.value)]])),
            )
          : {},
      };
    }),
  );
}

function branchesOf(branch: Branch, name: string): Branch[] {
  const value = memberOf(branch, name);
  if (value === undefined || value === null) return [];
  const list = (isList(value) ? value : [value]).filter((item) => !isComment(item));
  return list.map((item) => {
    if (isBranch(item)) return item;
    throw refuse(`'${name}' expected a map`);
  });
}

function memberOf(branch: Branch, name: string): TreeValue | undefined {
  return branch.items.find(({ key }) => key === name)?.value;
}

function textOf(branch: Branch, name: string): string {
  const value = memberOf(branch, name);
  if (value === undefined || value === null) return '';
  if (isBranch(value) || isList(value)) throw refuse(`'${name}' expected type 'string'`);
  return textLeaf(value);
}

function textLeaf(value: TreeValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'object' && value !== null && 'type' in value && value.type === 'time') return value.text;
  return '';
}

function readBoolean(value: TreeValue | undefined): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return value !== 0n;
  if (value === undefined || value === null || value === '') return false;
  if (typeof value === 'string' && /^(?:1|t|T|true|TRUE|True)$/.test(value)) return true;
  if (typeof value === 'string' && /^(?:0|f|F|false|FALSE|False)$/.test(value)) return false;
  throw refuse("'mac_only_encrypted' cannot be parsed as bool");
}

function readInteger(value: TreeValue | undefined): number {
  if (value === undefined || value === null || value === '') return 0;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'object' && 'type' in value && value.type === 'float') return Math.trunc(value.value);
  if (typeof value === 'string' && /^[+-]?[0-9]+$/.test(value) && isInt64(BigInt(value.replace('+', '')))) return Number(value);
  throw refuse("'shamir_threshold' cannot be parsed as int");
}

/** As Go writes the time again: without fraction, and `Z` for no offset. */
function readTime(text: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:[.,]\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (match === null || Number.isNaN(Date.parse(`${match[1]}T${match[2]}Z`))) {
    throw refuse('lastmodified: it is no point in time as 2006-01-02T15:04:05Z');
  }
  return `${match[1]}T${match[2]}${match[3] === '+00:00' || match[3] === '-00:00' ? 'Z' : match[3]}`;
}

function refuse(why: string): FluxError {
  return new FluxError('sops/bad-metadata', why);
}
