import { Buffer } from 'node:buffer';

import { FluxError } from '../../../core/errors.ts';
import { protocolError } from '../errors.ts';
import type { ByteReader } from './byte-reader.ts';

/** One packet: its payload, or one of the three special packets of no payload. `end` is the end of the stream. */
export type Packet =
  | { readonly type: 'data'; readonly payload: Buffer }
  | { readonly type: 'flush' | 'delimiter' | 'response-end' | 'end' };

/** The packet that ends a section. */
export const FLUSH: Uint8Array = Buffer.from('0000');

const MAX_PACKET = 65_520;

/**
 * Writes a payload as a packet.
 *
 * Effects: none
 * Source: git Documentation/gitprotocol-common.txt
 *
 * @example formatPacket('done\n').toString() // '0009done\n'
 */
export function formatPacket(payload: string | Uint8Array): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const size = body.length + 4;
  if (size > MAX_PACKET) throw protocolError(`a packet of ${size} bytes cannot be sent, the most is ${MAX_PACKET}`);
  return Buffer.concat([Buffer.from(size.toString(16).padStart(4, '0')), body]);
}

/**
 * Reads the next packet. A packet that starts with `ERR ` is the server's way to refuse, and is thrown.
 *
 * Effects: reads the stream
 * Source: git Documentation/gitprotocol-common.txt, gitprotocol-pack.txt
 *
 * @throws {FluxError} git/protocol-error: not a packet
 * @throws {FluxError} git/remote-error: the server refused
 */
export async function readPacket(reader: ByteReader): Promise<Packet> {
  const head = await reader.read(4);
  if (head === undefined) return { type: 'end' };
  const digits = head.toString('latin1');
  if (!/^[0-9a-f]{4}$/i.test(digits)) {
    throw protocolError(
      `the server did not speak Git's protocol: got ${JSON.stringify(digits)} where a packet length was wanted`,
    );
  }
  const size = Number.parseInt(digits, 16);
  if (size === 0) return { type: 'flush' };
  if (size === 1) return { type: 'delimiter' };
  if (size === 2) return { type: 'response-end' };
  if (size === 3) throw protocolError("the server did not speak Git's protocol: a packet of length 3");
  if (size === 4) return { type: 'data', payload: Buffer.alloc(0) };
  const payload = await reader.read(size - 4);
  if (payload === undefined) throw protocolError('the Git server closed the connection in the middle of a packet');
  if (payload.subarray(0, 4).toString('latin1') === 'ERR ') {
    throw new FluxError('git/remote-error', `the Git server refused: ${payload.subarray(4).toString().trim()}`, {
      hint: 'Ask the owner of the server; the text after the colon is its own',
      details: { remote: payload.subarray(4).toString().trim() },
    });
  }
  return { type: 'data', payload };
}

/** The text of a data packet without its line end; `undefined` for the special ones. */
export function textOf(packet: Packet): string | undefined {
  return packet.type === 'data' ? packet.payload.toString().replace(/\n$/, '') : undefined;
}
