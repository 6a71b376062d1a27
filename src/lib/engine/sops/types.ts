import type { K8sObject } from '../../core/objects.ts';

/** Kinds of files that SOPS writes. */
export type SopsFormat = 'binary' | 'dotenv' | 'ini' | 'json' | 'yaml';

/** A comment of a document; it may be encrypted like any value. */
export interface Comment {
  readonly type: 'comment';
  /** What stands behind the `#`. */
  readonly text: string;
  /** True for one on the line of a value. */
  readonly inline: boolean;
}

/** A number that is no integer to Go, even where it is a whole one. */
export interface Float {
  readonly type: 'float';
  readonly value: number;
}

/** A point in time, as RFC 3339. */
export interface Time {
  readonly type: 'time';
  readonly text: string;
}

/** A text that is not UTF-8, as in binary files. */
export interface RawText {
  readonly type: 'raw';
  readonly bytes: Uint8Array;
}

/** A value without members. Integers are `bigint`. */
export type Leaf = string | bigint | boolean | null | Float | Time | RawText | Comment;

/** A value of a document. */
export type TreeValue = Leaf | readonly TreeValue[] | Branch;

/** One entry of a map: a member, or a comment that stands between members. */
export interface TreeItem {
  readonly key: string | Comment | NonTextKey;
  readonly value: TreeValue;
}

/** A key that is no text, which SOPS refuses once it walks the tree. */
export interface NonTextKey {
  readonly type: 'key';
  /** How Go names its type. */
  readonly goType: string;
}

/** A map with the order of its members. */
export interface Branch {
  readonly type: 'branch';
  readonly items: readonly TreeItem[];
}

/** Names of the services that can keep a master key, in the order that SOPS reads them from a file. */
export const KEY_TYPES = ['kms', 'gcp_kms', 'hckms', 'azure_kv', 'hc_vault', 'pgp', 'age'] as const;

/** The service that keeps a master key. */
export type KeyType = (typeof KEY_TYPES)[number];

/** A master key as a file names it, with the data key that it encrypts. */
export interface MasterKey {
  readonly type: KeyType;
  /** What people know it by: a recipient, fingerprint, ARN, resource id or address. Never secret. */
  readonly name: string;
  /** The data key (or a share of it), encrypted with this master key; the form is the service's. */
  readonly encrypted: string;
  /** The other fields of the file, as texts. */
  readonly fields: Readonly<Record<string, string>>;
  /** AWS: what the ciphertext is bound to. */
  readonly context: Readonly<Record<string, string>>;
}

/** Which values of a document are encrypted; one rule at most is set. */
export interface EncryptionRules {
  readonly unencryptedSuffix: string;
  readonly encryptedSuffix: string;
  readonly unencryptedRegex: string;
  readonly encryptedRegex: string;
  readonly unencryptedCommentRegex: string;
  readonly encryptedCommentRegex: string;
}

/** What a file says about its own encryption. */
export interface SopsMetadata extends EncryptionRules {
  /** RFC 3339, as Go writes it; authenticates the MAC. */
  readonly lastModified: string;
  /** The encrypted MAC. */
  readonly mac: string;
  readonly macOnlyEncrypted: boolean;
  /** Each group holds a share of the data key (the key itself, where there is one group only). */
  readonly keyGroups: readonly (readonly MasterKey[])[];
  /** So many groups are needed. */
  readonly shamirThreshold: number;
}

/** An encrypted document. */
export interface EncryptedTree {
  /** One branch for each document of a YAML file. */
  readonly branches: readonly Branch[];
  readonly metadata: SopsMetadata;
}

/**
 * Decrypts data keys with master keys of one kind. It throws where it cannot; the message is shown and so has no secret.
 */
export interface KeyService {
  readonly type: KeyType;
  decrypt(key: MasterKey): Promise<Uint8Array>;
}

/** Makes HTTP requests, for key services with a plain API. */
export type HttpPort = (
  url: string,
  request: { readonly method: string; readonly headers: Readonly<Record<string, string>>; readonly body: string },
) => Promise<{ readonly status: number; readonly body: string }>;

/** Loads a package that is not among the dependencies; rejects where it is not installed. */
export type PackagePort = (name: string) => Promise<unknown>;

/** A ServiceAccount of the cluster, in whose name a service of keys is asked. */
export interface AccountRef {
  readonly namespace: string;
  readonly name: string;
}

/** Logs in to clouds in the name of an account. */
export interface CloudLoginPort {
  awsCredentials(region: string, login: { readonly account: AccountRef }): Promise<AwsCredentials>;
  /** A credential as the SDKs of Azure take it. */
  azureCredential(login: { readonly account: AccountRef }): Promise<object>;
  /** A client as the SDKs of Google take it. */
  gcpClient(login: { readonly account: AccountRef }): Promise<object>;
}

/** Credentials of an AWS account, as the SDK names them. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Logs in to Vault in the name of an account. */
export interface VaultLoginPort {
  /** Which servers are trusted, and where each is logged in to: the ConfigMap of `--sops-vault-configmap`. */
  readConfig(): Promise<K8sObject | undefined>;
  issueToken(account: AccountRef, audiences: readonly string[]): Promise<string>;
}

/** Tells whether a value is a map. */
export function isBranch(value: TreeValue | undefined): value is Branch {
  return isOfType(value, 'branch');
}

/** Tells whether a value, or a key, is a comment. */
export function isComment(value: TreeValue | TreeItem['key'] | undefined): value is Comment {
  return isOfType(value, 'comment');
}

/** Tells whether a value is a list. */
export function isList(value: TreeValue | undefined): value is readonly TreeValue[] {
  return Array.isArray(value);
}

function isOfType(value: unknown, type: string): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && (value as { type?: string }).type === type;
}
