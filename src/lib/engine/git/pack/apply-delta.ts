import { Buffer } from 'node:buffer';

import { corruptError } from '../errors.ts';

/**
 * Builds an object from its base and a delta: pieces copied from the base and pieces carried along.
 *
 * Effects: none
 * Source: git Documentation/gitformat-pack.txt, "Deltified representation"
 *
 * @param maxBytes most bytes the result may have
 * @throws {FluxError} git/corrupt-data: the delta doesn't fit its base
 */
export function applyDelta(base: Uint8Array, delta: Uint8Array, maxBytes: number): Buffer {
  let at = 0;
  const byte = (): number => {
    const value = delta[at];
    if (value === undefined) throw corruptError('a delta in the pack ends too early');
    at += 1;
    return value;
  };
  const size = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const part = byte();
      value += (part & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw corruptError('a delta in the pack has an absurd size');
      if (part < 0x80) return value;
    }
  };
  const baseSize = size();
  if (baseSize !== base.length) throw corruptError(`a delta is for a base of ${baseSize} bytes, its base has ${base.length}`);
  const resultSize = size();
  if (resultSize > maxBytes) throw corruptError(`a delta makes ${resultSize} bytes, allowed are ${maxBytes}`);
  const result = Buffer.allocUnsafe(resultSize);
  let written = 0;
  while (at < delta.length) {
    const code = byte();
    let from: Uint8Array;
    if ((code & 0x80) === 0) {
      if (code === 0) throw corruptError('a delta in the pack has a reserved instruction');
      if (at + code > delta.length) throw corruptError('a delta in the pack ends too early');
      from = delta.subarray(at, at + code);
      at += code;
    } else {
      let offset = 0;
      let length = 0;
      if (code & 0x01) offset = byte();
      if (code & 0x02) offset += byte() * 0x100;
      if (code & 0x04) offset += byte() * 0x10000;
      if (code & 0x08) offset += byte() * 0x1000000;
      if (code & 0x10) length = byte();
      if (code & 0x20) length += byte() * 0x100;
      if (code & 0x40) length += byte() * 0x10000;
      if (length === 0) length = 0x10000;
      if (offset + length > base.length) throw corruptError('a delta in the pack copies from beyond its base');
      from = base.subarray(offset, offset + length);
    }
    if (written + from.length > resultSize) throw corruptError('a delta in the pack makes more than it says');
    result.set(from, written);
    written += from.length;
  }
  if (written !== resultSize) throw corruptError('a delta in the pack makes less than it says');
  return result;
}
