import { Buffer } from 'node:buffer';

import { FluxError } from '../../../core/errors.ts';
import { protocolError, tooLargeError } from '../errors.ts';
import type { ByteReader } from './byte-reader.ts';
import { readPacket } from './pkt-line.ts';

/** What came over the three bands. */
export interface SidebandAnswer {
  /** Band 1: the pack or the report. */
  readonly data: Buffer;
  /** Band 2: what the server tells the user, such as the output of its hooks. */
  readonly progress: string;
}

/**
 * Reads packets of `side-band-64k` to the end.
 *
 * Effects: reads the stream
 * Source: git Documentation/gitprotocol-pack.txt, "Packfile Data"
 *
 * @throws {FluxError} git/remote-error: the server gave up (band 3)
 */
export async function readSideband(reader: ByteReader, maxBytes: number): Promise<SidebandAnswer> {
  const data: Buffer[] = [];
  const progress: Buffer[] = [];
  let total = 0;
  for (;;) {
    const packet = await readPacket(reader);
    if (packet.type !== 'data') break;
    const rest = packet.payload.subarray(1);
    switch (packet.payload[0]) {
      case 1:
        total += rest.length;
        if (total > maxBytes) throw tooLargeError('the pack of the Git server', maxBytes);
        data.push(rest);
        break;
      case 2:
        progress.push(rest);
        break;
      case 3:
        throw new FluxError('git/remote-error', `the Git server gave up: ${rest.toString().trim()}`, {
          hint: 'Ask the owner of the server; the text after the colon is its own',
        });
      default:
        throw protocolError(`the Git server used the unknown band ${packet.payload[0]}`);
    }
  }
  return { data: Buffer.concat(data), progress: Buffer.concat(progress).toString() };
}
