import type { ReadTextFile } from './build-connection.ts';
import type { KubeConnection } from './kubeconfig-types.ts';
import { loadAuthProvider } from './load-auth-provider.ts';
import { type ExecCredential, runExecPlugin } from './run-exec-plugin.ts';

/** A token file is read anew after this time; client-go does the same. */
const TOKEN_FILE_TTL_MS = 60_000;
/** An OIDC token is asked for anew after this time; the library refreshes it only when it must. */
const PROVIDER_TTL_MS = 60_000;
/** A credential is not used in the last moments before it expires. */
const EXPIRY_LEEWAY_MS = 10_000;

/** One that is made for this connection is renewed sooner: the cloud's clock is not ours. */
const ISSUED_LEEWAY_MS = 60_000;

/** What one request proves its sender with. */
export interface Proof {
  readonly authorization?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

/** Gives the proof for each request. */
export interface Authenticator {
  obtain(): Promise<Proof>;
  /** Forgets a proof that the server refused; false where a new one would be the same. */
  forget(refused: Proof): boolean;
}

/** What an authenticator needs of the world. */
export interface AuthenticatorOptions {
  readonly readFile: ReadTextFile;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly interactive: boolean;
  readonly now: () => number;
}

/**
 * Makes the source of proofs for a connection. What has to be fetched is fetched once, kept as long as it is good, and fetched
 * anew when the server refuses it.
 *
 * Effects: none by itself; `obtain` reads token files, runs exec plugins, asks auth providers and whoever issues tokens
 * Source: client-go transport/round_trippers.go and token_source.go, plugin/pkg/client/auth/exec
 */
export function createAuthenticator(connection: KubeConnection, options: AuthenticatorOptions): Authenticator {
  const { credentials } = connection;
  const certificate =
    credentials.clientCertificate === undefined || credentials.clientKey === undefined
      ? {}
      : { clientCertificate: credentials.clientCertificate, clientKey: credentials.clientKey };
  const source = selectSource(connection, options);
  let kept: { proof: Proof; untilMs: number } | undefined;
  let asking: Promise<Proof> | undefined;

  async function ask(): Promise<Proof> {
    const { proof, untilMs } = await source.fetch();
    const whole = { ...certificate, ...proof };
    kept = { proof: whole, untilMs };
    return whole;
  }

  return {
    async obtain() {
      if (kept !== undefined && options.now() < kept.untilMs) return kept.proof;
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      return await asking;
    },
    forget(refused) {
      if (!source.renewable) return false;
      if (kept?.proof === refused) kept = undefined;
      return true;
    },
  };
}

interface ProofSource {
  /** True where asking again may give another proof. */
  readonly renewable: boolean;
  fetch(): Promise<{ proof: Proof; untilMs: number }>;
}

function selectSource(connection: KubeConnection, options: AuthenticatorOptions): ProofSource {
  const { issueToken, tokenFile, token, username, password, authProvider, exec } = connection.credentials;
  if (issueToken !== undefined) {
    return {
      renewable: true,
      async fetch() {
        const { token: issued, expiresAtMs = Infinity } = await issueToken();
        return { proof: { authorization: `Bearer ${issued}` }, untilMs: expiresAtMs - ISSUED_LEEWAY_MS };
      },
    };
  }
  if (tokenFile !== undefined) {
    return {
      renewable: true,
      async fetch() {
        const text = (await options.readFile(tokenFile).catch(() => undefined))?.trim();
        const found = text === undefined || text === '' ? token : text;
        const proof = found === undefined ? {} : { authorization: `Bearer ${found}` };
        return { proof, untilMs: options.now() + TOKEN_FILE_TTL_MS };
      },
    };
  }
  if (token !== undefined) return fixedSource({ authorization: `Bearer ${token}` });
  if (username !== undefined) {
    const encoded = Buffer.from(`${username}:${password ?? ''}`).toString('base64');
    return fixedSource({ authorization: `Basic ${encoded}` });
  }
  if (authProvider !== undefined) {
    return {
      renewable: true,
      async fetch() {
        return { proof: { authorization: await loadAuthProvider(connection) }, untilMs: options.now() + PROVIDER_TTL_MS };
      },
    };
  }
  if (exec !== undefined) {
    return {
      renewable: true,
      async fetch() {
        const credential = await runExecPlugin(connection, exec, { env: options.env, interactive: options.interactive });
        return { proof: proofOf(credential), untilMs: (credential.expiresAtMs ?? Infinity) - EXPIRY_LEEWAY_MS };
      },
    };
  }
  return fixedSource({});
}

function fixedSource(proof: Proof): ProofSource {
  return { renewable: false, fetch: async () => ({ proof, untilMs: Infinity }) };
}

function proofOf(credential: ExecCredential): Proof {
  return {
    ...(credential.token === undefined ? {} : { authorization: `Bearer ${credential.token}` }),
    ...(credential.clientCertificate === undefined ? {} : { clientCertificate: credential.clientCertificate }),
    ...(credential.clientKey === undefined ? {} : { clientKey: credential.clientKey }),
  };
}
