import { Buffer } from 'node:buffer';

import { FluxError } from '../../core/errors.ts';
import { AGENT_CAPABILITY, ZERO_ID } from './constants.ts';
import { protocolError } from './errors.ts';
import { guessIsStale } from './guess-rejection.ts';
import { formatPack } from './pack/format-pack.ts';
import type { GitObject } from './pack/types.ts';
import type { Remote, RemoteOptions } from './types.ts';
import { createByteReader } from './wire/byte-reader.ts';
import { FLUSH, formatPacket, readPacket, textOf } from './wire/pkt-line.ts';
import { readSideband } from './wire/read-sideband.ts';
import { withSession } from './with-session.ts';

/** A reference to move and the objects that it needs. */
export interface Push {
  readonly refName: string;
  /** Where the reference was when the work began; absent if it didn't exist. */
  readonly before: string | undefined;
  readonly after: string;
  readonly objects: readonly GitObject[];
}

const MAX_REPORT_BYTES = 16 * 1024 * 1024;

/**
 * Moves one reference of a remote forward. The server compares `before` itself, so two pushes at once cannot both win.
 *
 * Effects: opens a connection, writes the remote
 * Source: git Documentation/gitprotocol-pack.txt, "Pushing Data To a Server"
 *
 * @returns what the server's hooks said
 * @throws {FluxError} git/non-fast-forward: the reference is not at `before` any more
 * @throws {FluxError} git/push-rejected: the server refused; the message has its words
 */
export async function pushCommits(remote: Remote, push: Push, options: RemoteOptions): Promise<string> {
  return withSession(
    remote,
    'git-receive-pack',
    { ...options, maxBytes: MAX_REPORT_BYTES },
    async ({ session, advertisement }) => {
      const current = advertisement.refs.get(push.refName);
      if (current !== push.before) throw movedOn(push, current);
      const agreed = ['report-status', 'side-band-64k', 'quiet'].filter((name) => advertisement.capabilities.has(name));
      if (advertisement.capabilities.has('agent')) agreed.push(AGENT_CAPABILITY);
      const command = `${push.before ?? ZERO_ID} ${push.after} ${push.refName}\0 ${agreed.join(' ')}`;
      const answer = await session.exchange(Buffer.concat([formatPacket(command), FLUSH, formatPack(push.objects)]));
      if (!agreed.includes('report-status')) {
        await answer.readRest();
        return '';
      }
      if (!agreed.includes('side-band-64k')) {
        await checkReport(await answer.readRest(), push, '');
        return '';
      }
      const { data, progress } = await readSideband(answer, MAX_REPORT_BYTES);
      await checkReport(data, push, progress.trim());
      return progress.trim();
    },
  );
}

async function checkReport(report: Buffer, push: Push, remoteMessage: string): Promise<void> {
  const reader = createByteReader(chunksOf(report), MAX_REPORT_BYTES);
  let accepted = false;
  for (;;) {
    const packet = await readPacket(reader);
    const line = textOf(packet);
    if (line === undefined) break;
    if (line === `ok ${push.refName}`) accepted = true;
    if (line.startsWith('unpack ') && line !== 'unpack ok') throw rejected(push, line.slice('unpack '.length), remoteMessage);
    if (line.startsWith(`ng ${push.refName}`)) {
      const reason = line.slice(`ng ${push.refName} `.length);
      if (guessIsStale(`${reason}\n${remoteMessage}`)) throw movedOn(push, undefined, reason);
      throw rejected(push, reason, remoteMessage);
    }
  }
  if (!accepted) throw protocolError(`the Git server did not say what became of '${push.refName}'`);
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function movedOn(push: Push, current: string | undefined, reason?: string): FluxError {
  const where = current === undefined ? (reason ?? 'it is gone') : `it is at ${current} now`;
  return new FluxError(
    'git/non-fast-forward',
    `cannot push to '${push.refName}': the branch has changed on the server, ${where}`,
    {
      hint: 'Run the command again: it starts from what the branch has now',
      details: { before: push.before ?? '', current: current ?? '' },
    },
  );
}

function rejected(push: Push, reason: string, remoteMessage: string): FluxError {
  const said = wordsOf(remoteMessage);
  const words = said === '' ? reason : `${reason}: ${said}`;
  return new FluxError('git/push-rejected', `the server refused the push to '${push.refName}': ${words}`, {
    hint: 'Check the write access of the login or deploy key and the protection rules of the branch',
    details: { reason, remoteMessage },
  });
}

/** What a hook said, without the `error:` that some put before each line, empty ones too. */
function wordsOf(remoteMessage: string): string {
  const lines = remoteMessage.split('\n').map((line) => line.replace(/^error:/i, '').trim());
  return lines.filter((line) => line !== '').join('\n');
}
