import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type JsonValue, parseJson } from '../../src/lib/core/json.ts';

/** A real server of OpenBao or Vault. */
export interface VaultServer {
  readonly address: string;
  /** Asks its API as the one who may do all; rejects where the answer is no success. */
  ask(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<JsonValue>;
  close(): Promise<void>;
}

const ROOT_TOKEN = 'root-of-the-test';

/**
 * Finds the program of OpenBao or Vault: the one that `FLUX_TS_VAULT` names, else `bao` or `vault` on the PATH.
 *
 * @returns `undefined` where there is none
 */
export function findVault(): string | undefined {
  const named = process.env['FLUX_TS_VAULT'];
  const names = named === undefined ? ['bao', 'vault'] : [named];
  return names.find((name) => spawnSync(name, ['version']).status === 0);
}

/** Starts a server on the loopback that keeps everything in memory. */
export async function startVault(program: string): Promise<VaultServer> {
  const address = `http://127.0.0.1:${await freePort()}`;
  const args = ['server', '-dev', '-dev-no-store-token', `-dev-root-token-id=${ROOT_TOKEN}`];
  const child = spawn(program, [...args, `-dev-listen-address=${new URL(address).host}`], { stdio: 'ignore' });
  const server: VaultServer = {
    address,
    async ask(method, path, body) {
      const headers = { 'x-vault-token': ROOT_TOKEN, 'content-type': 'application/json' };
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const answer = await fetch(`${address}/v1/${path}`, { method, headers, ...sent });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return text === '' ? null : parseJson(text);
    },
    close: () => end(child),
  };
  for (let tries = 0; tries < 150; tries++) {
    const health = await server.ask('GET', 'sys/health').catch(() => undefined);
    if (health !== undefined) return server;
    if (child.exitCode !== null) break;
    await sleep(200);
  }
  await end(child);
  throw new Error(`${program} did not start`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  child.kill('SIGTERM');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}
