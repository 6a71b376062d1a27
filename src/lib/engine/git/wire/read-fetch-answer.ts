import type { Buffer } from 'node:buffer';

import { protocolError, tooLargeError } from '../errors.ts';
import type { ByteReader } from './byte-reader.ts';
import { readPacket, textOf } from './pkt-line.ts';
import { readSideband } from './read-sideband.ts';

/**
 * Reads the answer to a fetch request: the list of shallow commits if a depth was asked for, `NAK`, and the pack.
 *
 * Effects: reads the stream
 * Source: git Documentation/gitprotocol-pack.txt
 *
 * @throws {FluxError} git/protocol-error, git/remote-error, git/too-large
 */
export async function readFetchAnswer(
  reader: ByteReader,
  capabilities: ReadonlyMap<string, string>,
  maxBytes: number,
): Promise<Buffer> {
  for (;;) {
    const packet = await readPacket(reader);
    if (packet.type === 'end') throw protocolError('the Git server closed the connection without sending a pack');
    const line = textOf(packet);
    if (line === undefined || /^(un)?shallow [0-9a-f]{40}$/.test(line)) continue;
    if (line === 'NAK' || line.startsWith('ACK ')) break;
    throw protocolError(`the Git server answered ${JSON.stringify(line.slice(0, 80))} where it should accept the request`);
  }
  if (capabilities.has('side-band-64k')) return (await readSideband(reader, maxBytes)).data;
  const pack = await reader.readRest();
  if (pack.length > maxBytes) throw tooLargeError('the pack of the Git server', maxBytes);
  return pack;
}
