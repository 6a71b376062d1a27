import { MATCH, type BlockWriter } from './write-block.ts';

/** Finds repetitions in what is written to it and hands them on in blocks. */
export interface Deflater {
  /** In pieces as Go's program writes them: where pieces end can decide about a match. */
  write(bytes: Uint8Array): void;
  /** The last call. */
  end(): void;
}

const WINDOW = 32_768;
const WINDOW_MASK = WINDOW - 1;
const MIN_MATCH = 4;
const MAX_MATCH = 258;
/** How much has to lie ahead before a place is looked at. */
const LOOKAHEAD = MIN_MATCH + MAX_MATCH;
const BLOCK_TOKENS = 16_384;
const HASH_BITS = 17;
const HASH_FACTOR = 0x1e35a7bd;
const REBASE_AT = 2 ** 30;
/** A match of the least length is not worth a far distance. */
const NEAR = 4096;

/** The four numbers of the default level: from which length on the search is cut, given up, or ended, and its tries. */
const GOOD = 8;
const LAZY = 16;
const NICE = 128;
const TRIES = 128;

/**
 * Makes a deflater of Go's default level. Another one would give artifacts of another digest for the same files.
 *
 * The buffer holds two windows and moves by one when it is full, and what was moved out cannot be matched or stored any more:
 * both show in the result, so they are kept as they are.
 *
 * Effects: writes to `blocks`
 * Source: Go 1.26 compress/flate, the choices of level 6
 */
export function createDeflater(blocks: BlockWriter): Deflater {
  const buffer = new Uint8Array(2 * WINDOW);
  let filled = 0;
  let index = 0;
  /** Where the current block begins in the buffer; negative where that was moved out. */
  let blockStart = 0;
  /** How far the buffer has moved; the tables hold absolute places, one up, so that zero means none. */
  let moved = 0;
  const heads = new Int32Array(1 << HASH_BITS);
  const previous = new Int32Array(WINDOW);
  let head = -1;
  const tokens = new Uint32Array(BLOCK_TOKENS);
  let tokenCount = 0;
  let length = MIN_MATCH - 1;
  let distance = 0;
  /** True while the byte before `index` waits for whether a match begins there. */
  let isByteWaiting = false;
  let foundLength = 0;
  let foundDistance = 0;

  const insert = (at: number): void => {
    const four =
      ((buffer[at] as number) << 24) |
      ((buffer[at + 1] as number) << 16) |
      ((buffer[at + 2] as number) << 8) |
      (buffer[at + 3] as number);
    const hash = Math.imul(four, HASH_FACTOR) >>> (32 - HASH_BITS);
    const before = heads[hash] as number;
    head = before;
    previous[at & WINDOW_MASK] = before;
    heads[hash] = at + moved + 1;
  };
  const flushBlock = (end: number): void => {
    if (end > 0) {
      blocks.block({ tokens, count: tokenCount }, blockStart < 0 ? undefined : buffer.subarray(blockStart, end));
      blockStart = end;
    }
    tokenCount = 0;
  };
  const findMatch = (candidate: number, ahead: number): boolean => {
    const most = Math.min(ahead, MAX_MATCH);
    const enough = Math.min(most, NICE);
    const oldest = index - WINDOW;
    let best = MIN_MATCH - 1;
    let isFound = false;
    let last = buffer[index + best];
    let at = candidate;
    for (let tries = best >= GOOD ? TRIES >> 2 : TRIES; tries > 0; tries -= 1) {
      if (last === buffer[at + best]) {
        let same = 0;
        while (same < most && buffer[at + same] === buffer[index + same]) same += 1;
        if (same > best && (same > MIN_MATCH || index - at <= NEAR)) {
          best = same;
          foundLength = same;
          foundDistance = index - at;
          isFound = true;
          if (same >= enough) break;
          last = buffer[index + same];
        }
      }
      if (at === oldest) break;
      at = (previous[at & WINDOW_MASK] as number) - moved - 1;
      if (at < oldest || at < 0) break;
    }
    return isFound;
  };
  const step = (isLast: boolean): void => {
    if (filled - index < LOOKAHEAD && !isLast) return;
    const insertEnd = filled - (MIN_MATCH - 1);
    for (;;) {
      const ahead = filled - index;
      if (ahead < LOOKAHEAD) {
        if (!isLast) return;
        if (ahead === 0) {
          if (isByteWaiting) tokens[tokenCount++] = buffer[index - 1] as number;
          isByteWaiting = false;
          if (tokenCount > 0) flushBlock(index);
          return;
        }
      }
      if (index < insertEnd) insert(index);
      const lastLength = length;
      const lastDistance = distance;
      length = MIN_MATCH - 1;
      distance = 0;
      const candidate = head - moved - 1;
      if (candidate >= Math.max(0, index - WINDOW) && ahead > lastLength && lastLength < LAZY && findMatch(candidate, ahead)) {
        length = foundLength;
        distance = foundDistance;
      }
      if (lastLength >= MIN_MATCH && length <= lastLength) {
        tokens[tokenCount++] = MATCH + (((lastLength - 3) << 15) | (lastDistance - 1));
        const end = index + lastLength - 1;
        const kept = head;
        for (index += 1; index < end; index += 1) if (index < insertEnd) insert(index);
        // The next place starts from its own chain; only at the very end, where nothing is inserted any more, is this one left.
        head = kept;
        isByteWaiting = false;
        length = MIN_MATCH - 1;
        if (tokenCount === BLOCK_TOKENS) flushBlock(index);
      } else {
        if (isByteWaiting) {
          tokens[tokenCount++] = buffer[index - 1] as number;
          if (tokenCount === BLOCK_TOKENS) flushBlock(index);
        }
        index += 1;
        isByteWaiting = true;
      }
    }
  };
  /** Lets the places begin anew before they get too large for the tables. What the buffer has left is none any more. */
  const rebase = (): void => {
    for (const table of [heads, previous]) {
      for (let at = 0; at < table.length; at += 1) table[at] = Math.max(0, (table[at] as number) - moved);
    }
    head -= moved;
    moved = 0;
  };
  const fill = (bytes: Uint8Array): number => {
    if (index >= 2 * WINDOW - LOOKAHEAD) {
      buffer.copyWithin(0, WINDOW, 2 * WINDOW);
      index -= WINDOW;
      filled -= WINDOW;
      blockStart = blockStart >= WINDOW ? blockStart - WINDOW : -1;
      moved += WINDOW;
      if (moved > REBASE_AT) rebase();
    }
    const size = Math.min(bytes.length, buffer.length - filled);
    buffer.set(size === bytes.length ? bytes : bytes.subarray(0, size), filled);
    filled += size;
    return size;
  };
  return {
    write(bytes) {
      for (let at = 0; at < bytes.length; ) {
        step(false);
        at += fill(at === 0 ? bytes : bytes.subarray(at));
      }
    },
    end() {
      step(true);
      blocks.end();
    },
  };
}
