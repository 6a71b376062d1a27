/** Signs bytes; the answer is an armored signature, ready for a commit or a tag. */
export type Sign = (payload: Uint8Array) => Promise<string>;

/** What an OpenPGP signature is made with. */
export interface OpenPgpSigner {
  /** The key ring with private keys, armored or binary. */
  readonly keyRing: Uint8Array;
  /** Opens the key; of no effect where it is not locked. */
  readonly passphrase: string;
  /** The id of the key, 16 hex digits, with or without `0x`; empty means the first private key of the ring. */
  readonly keyId: string;
  /** The time of a signature, in milliseconds since 1970; default the present. */
  readonly now?: () => number;
}

/** The public keys that a signature may be of. */
export interface TrustedKeys {
  /** OpenPGP key rings, armored. */
  readonly pgp: readonly string[];
  /** SSH public keys: each text is an `authorized_keys` file. */
  readonly ssh: readonly string[];
}

/** How a signature is verified. */
export interface VerifyOptions {
  /** What was signed: begins the messages as upstream's begin. Default none: the messages begin with what failed. */
  readonly what?: 'commit' | 'tag';
  /** Keys must not have expired by then, in milliseconds since 1970; default the present. */
  readonly now?: number;
}

/** Whose signature it is. */
export interface VerifiedSignature {
  /** OpenPGP: the id of the primary key, 16 hex digits in upper case. SSH: the key's fingerprint, `SHA256:…`. */
  readonly keyId: string;
}
