/** A blob as a manifest names it. */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:…`. */
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An image manifest. */
export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest as the registry has it. */
export interface StoredManifest {
  /** Of the very bytes, computed here. */
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** How a registry is logged in to. */
export type RegistryLogin =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** Exchanged for access tokens at the registry's token server (`identitytoken` of Docker's config). */
  | { readonly kind: 'refresh'; readonly username: string; readonly token: string }
  /** Sent as it is. */
  | { readonly kind: 'bearer'; readonly token: string };

/** What a request comes to. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends it without reading. */
  discard(): void;
}

/** One request. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** Makes one request and follows nothing; rejects where there is no answer. */
export type SendPort = (request: HttpRequest) => Promise<HttpAnswer>;

/** What speaking to a registry needs of the world. */
export interface RegistryPorts {
  readonly send: SendPort;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Hears of tries that are made again. */
  readonly onRetry?: (text: string) => void;
  readonly signal?: AbortSignal;
}
