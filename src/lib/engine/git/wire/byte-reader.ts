import { Buffer } from 'node:buffer';

import { protocolError, tooLargeError } from '../errors.ts';

/** Reads a byte stream in pieces of wanted sizes. */
export interface ByteReader {
  /** Exactly so many bytes, or `undefined` at the end of the stream. Throws if it ends in between. */
  read(size: number): Promise<Buffer | undefined>;
  /** All that is left. */
  readRest(): Promise<Buffer>;
}

/**
 * Makes a reader over chunks of any size.
 *
 * @param maxBytes most bytes to take from the source
 */
export function createByteReader(source: AsyncIterable<Uint8Array>, maxBytes: number): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  const state = { pending: [] as Buffer[], available: 0, total: 0, ended: false };
  const pull = async (): Promise<void> => {
    const next = await iterator.next();
    if (next.done === true) {
      state.ended = true;
      return;
    }
    const chunk = next.value;
    state.total += chunk.length;
    if (state.total > maxBytes) throw tooLargeError('the answer of the Git server', maxBytes);
    state.pending.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    state.available += chunk.length;
  };
  const take = (size: number): Buffer => {
    const [first] = state.pending;
    const all = state.pending.length === 1 && first !== undefined ? first : Buffer.concat(state.pending);
    const rest = all.subarray(size);
    state.pending = rest.length === 0 ? [] : [rest];
    state.available = rest.length;
    return all.subarray(0, size);
  };
  return {
    async read(size) {
      while (state.available < size && !state.ended) await pull();
      if (state.available === 0 && size > 0) return undefined;
      if (state.available < size) throw protocolError('the Git server closed the connection in the middle of its answer');
      return take(size);
    },
    async readRest() {
      while (!state.ended) await pull();
      return take(state.available);
    },
  };
}
