/** Trust and client certificate of an https remote. */
export interface TlsMaterial {
  /** PEM text of the authorities to trust instead of the system's. */
  readonly caFile?: string;
  /** PEM text of the client certificate; with `clientKey` or not at all. */
  readonly clientCert?: string;
  /** PEM text of the client certificate's key. */
  readonly clientKey?: string;
}

/** How to log in to a remote over HTTP(S) with a name and a password (or a token in the password's place). */
export interface BasicAuth extends TlsMaterial {
  readonly kind: 'basic';
  readonly username: string;
  readonly password: string;
}

/** How to log in to a remote over HTTP(S) with a bearer token. */
export interface BearerAuth extends TlsMaterial {
  readonly kind: 'bearer';
  readonly token: string;
}

/** No login; only trust, for public repositories behind a private authority. */
export interface AnonymousAuth extends TlsMaterial {
  readonly kind: 'none';
}

/** How to log in to a remote over SSH. */
export interface SshAuth {
  readonly kind: 'ssh';
  /** PEM (PKCS#1, SEC 1, PKCS#8) or OpenSSH private key. */
  readonly identity: string;
  /** Passphrase of an encrypted `identity`. */
  readonly passphrase?: string;
  /** Text in the format of OpenSSH's known_hosts. There is no way to accept any key. */
  readonly knownHosts: string;
  /** Defaults to the user of the URL, else `git`. */
  readonly username?: string;
}

/** How to log in to a remote. */
export type GitAuth = BasicAuth | BearerAuth | AnonymousAuth | SshAuth;

/** An HTTP proxy. HTTP remotes are asked through it, https and ssh remotes tunnelled with CONNECT. */
export interface GitProxy {
  /** `http://host:port`. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

/** A repository elsewhere. */
export interface Remote {
  /** `https://`, `http://` or `ssh://`. */
  readonly url: string;
  readonly auth?: GitAuth;
  readonly proxy?: GitProxy;
}

/** What every call to a remote takes. */
export interface RemoteOptions {
  readonly signal?: AbortSignal;
  /** How long the whole call may take. Default 60 s, as `spec.timeout` of a GitRepository. */
  readonly timeoutMs?: number;
}

/** The references of a repository as its server lists them. */
export interface RemoteRefs {
  /** Full name of the branch that HEAD points to; absent where the server doesn't tell. */
  readonly head?: string;
  /** Object id by full name (`refs/heads/main`), in the server's order. Tags of annotated tags lead to the tag object. */
  readonly refs: ReadonlyMap<string, string>;
  /** Commit id by full name, for annotated tags only. */
  readonly peeled: ReadonlyMap<string, string>;
}

/** What to check out. Where several are given, commit wins over name, name over tag, tag over semver, semver over branch. */
export interface GitRef {
  readonly branch?: string;
  readonly tag?: string;
  /** A Masterminds constraint over the tags (`>=1.0.0 <2.0.0`). */
  readonly semver?: string;
  /** A full reference name (`refs/pull/420/head`). */
  readonly name?: string;
  /** A commit id of 40 hexadecimal digits. */
  readonly commit?: string;
}

/** A commit and the reference it was found by. */
export interface Revision {
  /** Commit id of 40 hexadecimal digits. */
  readonly commit: string;
  /** As in `status.artifact.revision`: `main@sha1:…`, `v1.2.3@sha1:…`, `refs/pull/1/head@sha1:…` or `sha1:…`. */
  readonly revision: string;
  /** The full reference name; absent for a bare commit. */
  readonly refName?: string;
  /** The tag object of an annotated tag. */
  readonly tagId?: string;
}

/** Who wrote something, and when. */
export interface Signature {
  readonly name: string;
  readonly email: string;
  /** Seconds since 1970. */
  readonly timeSeconds: number;
  /** Offset from UTC as git writes it (`+0200`). */
  readonly timezone: string;
}

/** A commit without its tree. */
export interface Commit {
  readonly id: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  /** Whole message. */
  readonly message: string;
  /** First line of the message. */
  readonly subject: string;
  /** Armoured signature, if signed. */
  readonly signature?: string;
  /** The bytes that the signature covers, if signed. */
  readonly signedPayload?: Uint8Array;
}

/** What a tree entry is. A submodule has the pinned commit in `id` and no bytes. */
export type TreeEntryType = 'file' | 'symlink' | 'submodule';

/** A file, link or submodule of a commit. Directories are not listed: git knows none without files. */
export interface TreeEntry {
  /** Relative, separated by `/`. */
  readonly path: string;
  /** Git's mode: 0o100644, 0o100755, 0o120000 or 0o160000. */
  readonly mode: number;
  readonly type: TreeEntryType;
  /** Object id. */
  readonly id: string;
  /** Content of a file or target of a link; empty for a submodule. May share memory with others. */
  readonly bytes: Uint8Array;
}

/** A commit with all its files. */
export interface FetchedTree {
  readonly commit: Commit;
  /** In git's order: by path, a directory sorting as if it ended in `/`. */
  readonly entries: readonly TreeEntry[];
  /** The annotated tag, where the revision was found by one. */
  readonly tag?: Tag;
}

/** An annotated tag. */
export interface Tag {
  readonly id: string;
  readonly name: string;
  /** Id of what it points to. */
  readonly target: string;
  readonly tagger?: Signature;
  readonly message: string;
  readonly signature?: string;
  readonly signedPayload?: Uint8Array;
}

/** Options of fetching a tree. */
export interface FetchOptions extends RemoteOptions {
  /** Most bytes to take, received or unpacked. Default 512 MiB. */
  readonly maxBytes?: number;
  /** Where commits are kept; absent keeps none. */
  readonly packs?: PackKeeper;
}

/** Keeps commits with their files, each as a pack, so that none is fetched twice. */
export interface PackKeeper {
  /**
   * Gives the pack that is kept under a key, else the one that `load` brings, and keeps that; calls under one key share what
   * one of them loads. The key names remote and commit, and it is asked only while a connection is open to that remote: who
   * may not log in to it gets nothing that was kept.
   *
   * @param load gives `undefined` where the remote does not give the commit out
   */
  keep(key: string, load: () => Promise<Uint8Array | undefined>): Promise<Uint8Array | undefined>;
}
