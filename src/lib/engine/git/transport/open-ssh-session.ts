import type { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import type { ClientChannel } from 'ssh2';

import { FluxError } from '../../../core/errors.ts';
import { DEFAULT_SSH_USER } from '../constants.ts';
import { guessIsDenied, guessIsMissing } from '../guess-rejection.ts';
import { readPrivateKey } from '../keys/read-private-key.ts';
import { parseRemoteUrl } from '../parse-remote-url.ts';
import type { Remote } from '../types.ts';
import { createByteReader } from '../wire/byte-reader.ts';
import { FLUSH } from '../wire/pkt-line.ts';
import { connectSsh, openChannel } from './connect-ssh.ts';
import { openTunnel } from './open-tunnel.ts';
import type { Service, Session, SessionOptions } from './types.ts';

const MAX_STDERR_BYTES = 64 * 1024;

/**
 * Opens a conversation over SSH: the service's program, run on the server, its input and output.
 *
 * Effects: opens a connection
 *
 * @throws {FluxError} git/invalid-auth: no SSH login given; and as `readPrivateKey` and `connectSsh`
 */
export async function openSshSession(remote: Remote, service: Service, options: SessionOptions): Promise<Session> {
  const url = parseRemoteUrl(remote.url);
  const { auth } = remote;
  if (auth?.kind !== 'ssh') {
    throw new FluxError('git/invalid-auth', "invalid 'ssh' auth option: 'identity' is required", {
      hint: "Give a Secret with 'identity' and 'known_hosts'",
    });
  }
  if (auth.knownHosts.trim() === '') {
    throw new FluxError('git/invalid-auth', "invalid 'ssh' auth option: 'known_hosts' is required", {
      hint: "Give a Secret with 'identity' and 'known_hosts'",
    });
  }
  const key = await readPrivateKey(auth.identity, auth.passphrase);
  const socket: Socket | undefined =
    remote.proxy === undefined ? undefined : await openTunnel(remote.proxy, url.host, url.port, options.signal);
  const client = await connectSsh(
    {
      host: url.host,
      port: url.port,
      username: auth.username ?? (url.username === '' ? DEFAULT_SSH_USER : url.username),
      key,
      knownHosts: auth.knownHosts,
      ...(socket === undefined ? {} : { socket }),
    },
    options.signal,
  );
  try {
    const channel = await openChannel(client, `${service} ${quote(url.path)}`);
    // The answer to the request continues where the references ended, so there is one reader for both.
    const reader = createByteReader(readChannel(channel, url.display, options.signal), options.maxBytes);
    let isAsked = false;
    return {
      advertisement: reader,
      async exchange(body) {
        isAsked = true;
        channel.end(body);
        return reader;
      },
      close() {
        // A flush instead of a request tells the server that nothing more is wanted.
        if (!isAsked) channel.end(FLUSH);
        isAsked = true;
        // Whoever gave up doesn't wait for the server's farewell.
        if (options.signal.aborted) client.destroy();
        else client.end();
      },
    };
  } catch (error) {
    client.destroy();
    throw error;
  }
}

async function* readChannel(channel: ClientChannel, url: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let stderr = '';
  let exitCode: number | undefined;
  channel.stderr.on('data', (chunk: Buffer) => {
    if (stderr.length < MAX_STDERR_BYTES) stderr += chunk.toString();
  });
  const closed = new Promise<void>((resolve) => {
    channel.once('close', () => resolve());
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  channel.on('exit', (code: number | null) => {
    exitCode = code ?? undefined;
  });
  yield* channel as AsyncIterable<Buffer>;
  await closed;
  if (exitCode !== undefined && exitCode !== 0) throw explainExit(stderr.trim(), exitCode, url);
}

function explainExit(stderr: string, exitCode: number, url: string): FluxError {
  const words = stderr.replace(/\s+/g, ' ').slice(0, 500);
  if (guessIsMissing(words)) {
    return new FluxError('git/repository-not-found', `'${url}': repository not found: ${words}`, {
      hint: 'Check the path; many servers say "not found" as well when the key may not see a private repository',
    });
  }
  if (guessIsDenied(words)) {
    return new FluxError('git/auth-failed', `'${url}' refused: ${words}`, { hint: 'Check the rights of the deploy key' });
  }
  return new FluxError('git/remote-error', `'${url}': Git ended with exit code ${exitCode}${words === '' ? '' : `: ${words}`}`, {
    hint: 'Ask the owner of the server; the text after the colon is its own',
    details: { exitCode },
  });
}

/** Quotes for the shell that most servers run the command in. */
function quote(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
