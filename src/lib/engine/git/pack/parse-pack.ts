import type { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';

import { FluxError } from '../../../core/errors.ts';
import { MAX_OBJECTS } from '../constants.ts';
import { corruptError, tooLargeError, tooManyError } from '../errors.ts';
import { applyDelta } from './apply-delta.ts';
import { computeObjectId } from './compute-object-id.ts';
import type { GitObject, ObjectType } from './types.ts';

const HEADER_BYTES = 12;
const TRAILER_BYTES = 20;
const OFFSET_DELTA = 6;
const REFERENCE_DELTA = 7;
const TYPES: Readonly<Record<number, ObjectType>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' };

/** Most deltas upon deltas that are followed; git itself makes at most 4095. */
const MAX_DELTA_DEPTH = 4096;

/** A delta as it stands in the pack, waiting for its base. */
interface PendingDelta {
  readonly offset: number;
  /** Offset of the base, or its id. */
  readonly base: number | string;
  readonly delta: Uint8Array;
}

/**
 * Unpacks a pack: every object by its id, computed from its content, so that what the caller asked for by id can
 * be nothing else.
 *
 * Works on the whole pack in memory. Each object is inflated by one call that also tells how much input it took,
 * since a pack doesn't say how long its compressed pieces are.
 *
 * Effects: none
 * Source: git Documentation/gitformat-pack.txt
 *
 * @param maxBytes most bytes that all objects together may have
 * @throws {FluxError} git/corrupt-data: not a pack, a wrong checksum, a delta without base
 * @throws {FluxError} git/too-large: the limit; git/too-many: more than a million objects
 */
export function parsePack(pack: Buffer, maxBytes: number): Map<string, GitObject> {
  if (pack.length < HEADER_BYTES + TRAILER_BYTES || pack.toString('latin1', 0, 4) !== 'PACK') {
    throw corruptError('the server did not send a pack');
  }
  const version = pack.readUInt32BE(4);
  if (version !== 2 && version !== 3) throw corruptError(`the pack has version ${version}, known are 2 and 3`);
  const end = pack.length - TRAILER_BYTES;
  const checksum = createHash('sha1').update(pack.subarray(0, end)).digest();
  if (!checksum.equals(pack.subarray(end))) throw corruptError('the checksum of the pack is wrong: it was damaged on its way');

  const count = pack.readUInt32BE(8);
  if (count > MAX_OBJECTS) throw tooManyError(`the pack has ${count} objects`, MAX_OBJECTS);
  const objects = new Map<string, GitObject>();
  const idByOffset = new Map<number, string>();
  const pending: PendingDelta[] = [];
  let budget = maxBytes;
  let at = HEADER_BYTES;

  const store = (offset: number, object: GitObject): string => {
    const id = computeObjectId(object);
    objects.set(id, object);
    idByOffset.set(offset, id);
    return id;
  };
  const spend = (size: number): void => {
    budget -= size;
    if (budget < 0) throw tooLargeError('the unpacked content', maxBytes);
  };

  for (let index = 0; index < count; index += 1) {
    const offset = at;
    const head = parseEntryHead(pack, at, end);
    at = head.next;
    let base: number | string | undefined;
    if (head.type === OFFSET_DELTA) {
      const distance = parseOffset(pack, at, end);
      base = offset - distance.value;
      at = distance.next;
    } else if (head.type === REFERENCE_DELTA) {
      base = pack.toString('hex', at, at + 20);
      at += 20;
    }
    spend(head.size);
    const piece = inflate(pack.subarray(at, end), head.size);
    at += piece.consumed;
    if (base !== undefined) pending.push({ offset, base, delta: piece.bytes });
    else {
      const type = TYPES[head.type];
      if (type === undefined) throw corruptError(`the pack has an object of the unknown type ${head.type}`);
      store(offset, { type, bytes: piece.bytes });
    }
  }
  resolveDeltas(pending, { objects, idByOffset, store, spend, budget: () => budget });
  return objects;
}

interface Unpacked {
  readonly objects: ReadonlyMap<string, GitObject>;
  readonly idByOffset: ReadonlyMap<number, string>;
  readonly store: (offset: number, object: GitObject) => string;
  readonly spend: (size: number) => void;
  readonly budget: () => number;
}

/** Works the deltas off in waves: each wave resolves those whose base is known by now. */
function resolveDeltas(deltas: readonly PendingDelta[], unpacked: Unpacked): void {
  let waiting = deltas;
  for (let depth = 0; waiting.length > 0; depth += 1) {
    const left: PendingDelta[] = [];
    for (const entry of waiting) {
      const baseId = typeof entry.base === 'number' ? unpacked.idByOffset.get(entry.base) : entry.base;
      const base = baseId === undefined ? undefined : unpacked.objects.get(baseId);
      if (base === undefined) {
        left.push(entry);
        continue;
      }
      const bytes = applyDelta(base.bytes, entry.delta, Math.max(0, unpacked.budget()));
      unpacked.spend(bytes.length);
      unpacked.store(entry.offset, { type: base.type, bytes });
    }
    if (left.length === waiting.length || depth > MAX_DELTA_DEPTH) {
      throw corruptError(`the pack has ${left.length} deltas whose base it does not have`);
    }
    waiting = left;
  }
}

interface EntryHead {
  readonly type: number;
  readonly size: number;
  readonly next: number;
}

function parseEntryHead(pack: Buffer, start: number, end: number): EntryHead {
  let at = start;
  const byte = (): number => {
    const value = at < end ? pack[at] : undefined;
    if (value === undefined) throw corruptError('the pack ends too early');
    at += 1;
    return value;
  };
  let part = byte();
  const type = (part >> 4) & 7;
  let size = part & 0x0f;
  for (let scale = 16; part >= 0x80; scale *= 128) {
    part = byte();
    size += (part & 0x7f) * scale;
    if (size > Number.MAX_SAFE_INTEGER) throw corruptError('the pack has an object of absurd size');
  }
  return { type, size, next: at };
}

function parseOffset(pack: Buffer, start: number, end: number): { value: number; next: number } {
  let at = start;
  let value = -1;
  for (;;) {
    const part = at < end ? pack[at] : undefined;
    if (part === undefined) throw corruptError('the pack ends too early');
    at += 1;
    // The encoding adds one per further byte, so that no number has two forms.
    value = (value + 1) * 128 + (part & 0x7f);
    if (part < 0x80) return { value, next: at };
  }
}

function inflate(input: Uint8Array, size: number): { bytes: Uint8Array; consumed: number } {
  try {
    // A chunk slightly larger than the result saves a second round and the copy that would join two chunks.
    const chunkSize = Math.min(Math.max(size + 64, 64), 4 * 1024 * 1024);
    const result = inflateSync(input, { info: true, chunkSize, maxOutputLength: Math.max(size, 1) }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    if (result.buffer.length !== size)
      throw corruptError(`the pack has an object of ${result.buffer.length} bytes that says ${size}`);
    return { bytes: result.buffer, consumed: result.engine.bytesWritten };
  } catch (error) {
    if (error instanceof FluxError) throw error;
    throw new FluxError('git/corrupt-data', 'the pack has an object that cannot be decompressed', {
      hint: 'Try again; if it stays, run "git fsck" on the server',
      cause: error,
    });
  }
}
