import type { ByteReader } from '../wire/byte-reader.ts';

/** The two programs of a Git server: one sends, the other takes. */
export type Service = 'git-upload-pack' | 'git-receive-pack';

/** A conversation with one of them. */
export interface Session {
  /** What the server says first: its references. */
  readonly advertisement: ByteReader;
  /** Sends the one request of the conversation and gives the answer. */
  exchange(body: Uint8Array): Promise<ByteReader>;
  /** Lets go of the connection. Safe to call twice. */
  close(): void;
}

/** What a transport needs to know. */
export interface SessionOptions {
  readonly signal: AbortSignal;
  readonly maxBytes: number;
}
