import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';

import { createBitWriter } from './bit-writer.ts';
import { createDeflater } from './create-deflater.ts';
import { createBlockWriter } from './write-block.ts';

/** Compresses what is written to it. */
export interface Gzip {
  /** In pieces of the size that Go's program would write. */
  write(bytes: Uint8Array): void;
  end(): void;
}

/** Deflate, no name, no time, no level told, system unknown: as Go's compress/gzip begins. */
const HEAD: readonly number[] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/**
 * Makes a compressor whose bytes are those of Go's compress/gzip at its default level, so that an artifact has the digest that
 * source-controller would give it. It works in constant memory.
 *
 * Effects: calls `emit`
 * Source: RFC 1952; Go 1.26 compress/gzip
 *
 * @param emit gets the compressed bytes in pieces, each its own
 */
export function createGzip(emit: (piece: Buffer) => void): Gzip {
  let sum = 0;
  let size = 0;
  emit(Buffer.from(HEAD));
  const out = createBitWriter(emit);
  const deflater = createDeflater(createBlockWriter(out));
  return {
    write(bytes) {
      sum = crc32(bytes, sum);
      size = (size + bytes.length) % 2 ** 32;
      deflater.write(bytes);
    },
    end() {
      deflater.end();
      out.flush();
      const tail = Buffer.alloc(8);
      tail.writeUInt32LE(sum, 0);
      tail.writeUInt32LE(size, 4);
      emit(tail);
    },
  };
}
