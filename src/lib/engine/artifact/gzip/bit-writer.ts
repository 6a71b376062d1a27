import { Buffer } from 'node:buffer';

/** Collects bits, lowest first, as deflate has them. */
export interface BitWriter {
  /** At most 16 bits at once. */
  bits(value: number, count: number): void;
  /** Fills the current byte with zeros. */
  align(): void;
  /** Whole bytes; only after `align`. */
  bytes(bytes: Uint8Array): void;
}

const PIECE_BYTES = 64 * 1024;

/**
 * Makes a writer.
 *
 * @param emit gets the bytes in pieces, each its own
 */
export function createBitWriter(emit: (piece: Buffer) => void): BitWriter & { flush(): void } {
  let piece = Buffer.allocUnsafe(PIECE_BYTES);
  let length = 0;
  let pending = 0;
  let count = 0;
  const flush = (): void => {
    if (length > 0) emit(piece.subarray(0, length));
    piece = Buffer.allocUnsafe(PIECE_BYTES);
    length = 0;
  };
  return {
    bits(value, width) {
      pending |= value << count;
      count += width;
      while (count >= 8) {
        if (length === PIECE_BYTES) flush();
        piece[length] = pending & 0xff;
        length += 1;
        pending >>>= 8;
        count -= 8;
      }
    },
    align() {
      if (count > 0) this.bits(0, 8 - count);
    },
    bytes(bytes) {
      flush();
      emit(Buffer.from(bytes));
    },
    flush,
  };
}
