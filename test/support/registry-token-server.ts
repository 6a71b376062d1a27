import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RegistryTokenServer } from './oci-registry.ts';

/** A token server for a registry: it signs tokens for whoever knows the password, or has a refresh token. */
export interface TokenServer extends RegistryTokenServer {
  /** Scopes that tokens were asked for, with how: `GET repository:app:pull`. */
  readonly asked: string[];
  close(): void;
}

/** Who may have tokens. */
export interface TokenServerOptions {
  readonly username: string;
  readonly password: string;
  readonly refreshToken: string;
}

const SERVICE = 'registry.test';

/** Starts one; distribution docs, "Token Authentication Specification" and "OAuth2 Token Authentication". */
export async function startTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  const dir = mkdtempSync(join(tmpdir(), 'flux-ts-tokens-'));
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify(jwk)).digest('hex').slice(0, 16);
  const keySetPath = join(dir, 'keys.json');
  writeFileSync(keySetPath, JSON.stringify({ keys: [{ ...jwk, kid, use: 'sig', alg: 'ES256' }] }));
  const asked: string[] = [];
  const issue = (scopes: readonly string[], subject: string): string => {
    const now = Math.floor(Date.now() / 1000);
    const access = scopes.map((scope) => {
      const [type, ...rest] = scope.split(':');
      return { type, name: rest.slice(0, -1).join(':'), actions: (rest.at(-1) ?? '').split(',') };
    });
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = {
      iss: SERVICE,
      sub: subject,
      aud: SERVICE,
      exp: now + 300,
      nbf: now - 10,
      iat: now,
      jti: String(asked.length),
      access,
    };
    const text = `${encode({ typ: 'JWT', alg: 'ES256', kid })}.${encode(claims)}`;
    return `${text}.${sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  };
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      const isForm = request.method === 'POST';
      const fields = isForm ? new URLSearchParams(body) : new URL(request.url ?? '/', 'http://x').searchParams;
      const scopes = fields.getAll('scope');
      asked.push(`${request.method} ${scopes.join(' ')}`);
      const basic = `Basic ${Buffer.from(`${options.username}:${options.password}`).toString('base64')}`;
      const mayIn = isForm ? fields.get('refresh_token') === options.refreshToken : request.headers.authorization === basic;
      response.writeHead(mayIn && fields.get('service') === SERVICE ? 200 : 401, { 'content-type': 'application/json' });
      const token = mayIn ? issue(scopes, options.username) : undefined;
      response.end(JSON.stringify(isForm ? { access_token: token } : { token }));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    realm: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    issuer: SERVICE,
    service: SERVICE,
    keySetPath,
    asked,
    close() {
      server.closeAllConnections();
      server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text;
}
