import { Buffer } from 'node:buffer';

import { FluxError, messageOf } from '../../core/errors.ts';
import type { HttpAnswer } from './types.ts';

/**
 * Reads an answer to its end.
 *
 * @throws {FluxError} oci/too-large, oci/broken-off
 */
export async function readBody(answer: HttpAnswer, maxBytes: number, what: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of answer.body) {
      size += piece.length;
      if (size > maxBytes) break;
      pieces.push(piece);
    }
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'AbortError') throw cause;
    throw new FluxError('oci/broken-off', `${what} broke off after ${size} bytes: ${messageOf(cause)}`, {
      hint: 'try again',
      cause,
    });
  }
  if (size <= maxBytes) return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  answer.discard();
  throw new FluxError('oci/too-large', `${what} has more than ${maxBytes} bytes`, {
    hint: 'see whether this is the artifact that was meant',
    details: { maxBytes },
  });
}
