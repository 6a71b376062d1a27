import type { BitWriter } from './bit-writer.ts';
import { assignCode, countBits, fixedDistanceCode, fixedLiteralCode, type HuffmanCode } from './huffman-code.ts';

/** What a block is made of: literals as they are, and matches as `MATCH | (length - 3) << 15 | (distance - 1)`. */
export interface BlockTokens {
  readonly tokens: Uint32Array;
  readonly count: number;
}

/** Marks a token as a match. */
export const MATCH: number = 1 << 30;
const LENGTH_SHIFT = 15;
const DISTANCE_MASK = (1 << LENGTH_SHIFT) - 1;

const END_OF_BLOCK = 256;
const FIRST_LENGTH = 257;
const LITERALS = 286;
const DISTANCES = 30;
const MAX_STORED = 65_535;
/** The order in which the lengths of the code's own code are sent: RFC 1951, 3.2.7. */
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
/** Extra bits of the symbols 16, 17 and 18. */
const REPEAT_BITS = [2, 3, 7];

const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_EXTRA = Array.from({ length: DISTANCES }, (_, symbol) => (symbol < 4 ? 0 : (symbol >> 1) - 1));

/** Writes blocks of deflated data. */
export interface BlockWriter {
  /**
   * Writes a block in the shortest of the three forms.
   *
   * @param source the bytes that the tokens stand for; absent where they are not at hand, which rules out to store them
   */
  block(tokens: BlockTokens, source: Uint8Array | undefined): void;
  /** Writes an empty stored block, the last of the stream. */
  end(): void;
}

/**
 * Makes a writer of blocks that decides as Go's does, so that the same tokens give the same bytes.
 *
 * Effects: writes to `out`
 * Source: RFC 1951, 3.2; which form is taken when, and how code lengths are repeated, as Go's compress/flate
 */
export function createBlockWriter(out: BitWriter): BlockWriter {
  const fixedLiterals = fixedLiteralCode();
  const fixedDistances = fixedDistanceCode();
  const lengthBase = basesOf(LENGTH_EXTRA);
  // 258 has a symbol of its own without extra bits.
  lengthBase[28] = 255;
  const distanceBase = basesOf(DISTANCE_EXTRA);
  const lengthSymbol = symbolsOf(lengthBase, 256);
  const distanceSymbol = symbolsOf(distanceBase, 1 << LENGTH_SHIFT);
  const literalFrequencies = new Uint32Array(LITERALS);
  const distanceFrequencies = new Uint32Array(DISTANCES);
  const literals: HuffmanCode = { words: new Uint16Array(LITERALS), lengths: new Uint8Array(LITERALS) };
  const distances: HuffmanCode = { words: new Uint16Array(DISTANCES), lengths: new Uint8Array(DISTANCES) };

  const count = ({ tokens, count: total }: BlockTokens): void => {
    literalFrequencies.fill(0);
    distanceFrequencies.fill(0);
    for (let at = 0; at < total; at += 1) {
      const token = tokens[at] as number;
      if (token < MATCH) literalFrequencies[token] = (literalFrequencies[token] as number) + 1;
      else {
        const symbol = FIRST_LENGTH + (lengthSymbol[(token - MATCH) >> LENGTH_SHIFT] as number);
        literalFrequencies[symbol] = (literalFrequencies[symbol] as number) + 1;
        const distance = distanceSymbol[token & DISTANCE_MASK] as number;
        distanceFrequencies[distance] = (distanceFrequencies[distance] as number) + 1;
      }
    }
    literalFrequencies[END_OF_BLOCK] = 1;
  };
  const write = ({ tokens, count: total }: BlockTokens, literal: HuffmanCode, distance: HuffmanCode): void => {
    for (let at = 0; at < total; at += 1) {
      const token = tokens[at] as number;
      if (token < MATCH) {
        out.bits(literal.words[token] as number, literal.lengths[token] as number);
        continue;
      }
      const length = (token - MATCH) >> LENGTH_SHIFT;
      const lengthAt = lengthSymbol[length] as number;
      out.bits(literal.words[FIRST_LENGTH + lengthAt] as number, literal.lengths[FIRST_LENGTH + lengthAt] as number);
      out.bits(length - (lengthBase[lengthAt] as number), LENGTH_EXTRA[lengthAt] as number);
      const offset = token & DISTANCE_MASK;
      const distanceAt = distanceSymbol[offset] as number;
      out.bits(distance.words[distanceAt] as number, distance.lengths[distanceAt] as number);
      out.bits(offset - (distanceBase[distanceAt] as number), DISTANCE_EXTRA[distanceAt] as number);
    }
    out.bits(literal.words[END_OF_BLOCK] as number, literal.lengths[END_OF_BLOCK] as number);
  };
  const writeStoredHead = (size: number, isLast: boolean): void => {
    out.bits(isLast ? 1 : 0, 3);
    out.align();
    out.bits(size, 16);
    out.bits(~size & 0xffff, 16);
  };
  return {
    block(tokens, source) {
      count(tokens);
      const literalCount = lastUsed(literalFrequencies);
      let distanceCount = lastUsed(distanceFrequencies);
      if (distanceCount === 0) {
        // A dynamic block must name at least one distance.
        distanceFrequencies[0] = 1;
        distanceCount = 1;
      }
      assignCode(literalFrequencies, 15, literals);
      assignCode(distanceFrequencies, 15, distances);
      const extra = extraBits(literalFrequencies, distanceFrequencies);
      const fixed = 3 + countBits(literalFrequencies, fixedLiterals) + countBits(distanceFrequencies, fixedDistances) + extra;
      const head = describeCodes(literals.lengths.subarray(0, literalCount), distances.lengths.subarray(0, distanceCount));
      const dynamic = head.bits + countBits(literalFrequencies, literals) + countBits(distanceFrequencies, distances) + extra;
      if (source !== undefined && source.length <= MAX_STORED && (source.length + 5) * 8 < Math.min(fixed, dynamic)) {
        writeStoredHead(source.length, false);
        out.bytes(source);
      } else if (dynamic < fixed) {
        writeDynamicHead(out, head, literalCount, distanceCount);
        write(tokens, literals, distances);
      } else {
        out.bits(2, 3);
        write(tokens, fixedLiterals, fixedDistances);
      }
    },
    end: () => writeStoredHead(0, true),
  };
}

/** The lengths of both codes, run-length coded, and the code for that. */
interface CodeDescription {
  /** Symbols; 16, 17 and 18 are followed by their repeat count. */
  readonly symbols: readonly number[];
  readonly code: HuffmanCode;
  readonly codeCount: number;
  /** Bits of the whole head of the block. */
  readonly bits: number;
}

function describeCodes(literalLengths: Uint8Array, distanceLengths: Uint8Array): CodeDescription {
  const lengths = [...literalLengths, ...distanceLengths];
  const symbols: number[] = [];
  const frequencies = new Uint32Array(CODE_ORDER.length);
  const add = (symbol: number, repeat?: number): void => {
    symbols.push(symbol);
    if (repeat !== undefined) symbols.push(repeat);
    frequencies[symbol] = (frequencies[symbol] as number) + 1;
  };
  for (let at = 0; at < lengths.length; ) {
    const length = lengths[at] as number;
    let run = 1;
    while (lengths[at + run] === length) run += 1;
    at += run;
    if (length !== 0) {
      add(length);
      run -= 1;
      for (; run >= 3; run -= Math.min(6, run)) add(16, Math.min(6, run) - 3);
    } else {
      for (; run >= 11; run -= Math.min(138, run)) add(18, Math.min(138, run) - 11);
      if (run >= 3) {
        add(17, run - 3);
        run = 0;
      }
    }
    for (; run > 0; run -= 1) add(length);
  }
  const code: HuffmanCode = { words: new Uint16Array(CODE_ORDER.length), lengths: new Uint8Array(CODE_ORDER.length) };
  assignCode(frequencies, 7, code);
  let codeCount = CODE_ORDER.length;
  while (codeCount > 4 && frequencies[CODE_ORDER[codeCount - 1] as number] === 0) codeCount -= 1;
  const repeats = REPEAT_BITS.reduce((sum, bits, index) => sum + bits * (frequencies[16 + index] as number), 0);
  return { symbols, code, codeCount, bits: 3 + 5 + 5 + 4 + 3 * codeCount + countBits(frequencies, code) + repeats };
}

function writeDynamicHead(out: BitWriter, head: CodeDescription, literalCount: number, distanceCount: number): void {
  out.bits(4, 3);
  out.bits(literalCount - 257, 5);
  out.bits(distanceCount - 1, 5);
  out.bits(head.codeCount - 4, 4);
  for (const symbol of CODE_ORDER.slice(0, head.codeCount)) out.bits(head.code.lengths[symbol] as number, 3);
  for (let at = 0; at < head.symbols.length; at += 1) {
    const symbol = head.symbols[at] as number;
    out.bits(head.code.words[symbol] as number, head.code.lengths[symbol] as number);
    if (symbol < 16) continue;
    at += 1;
    out.bits(head.symbols[at] as number, REPEAT_BITS[symbol - 16] as number);
  }
}

function extraBits(literalFrequencies: Uint32Array, distanceFrequencies: Uint32Array): number {
  let bits = 0;
  for (const [symbol, extra] of LENGTH_EXTRA.entries()) bits += extra * (literalFrequencies[FIRST_LENGTH + symbol] as number);
  for (const [symbol, extra] of DISTANCE_EXTRA.entries()) bits += extra * (distanceFrequencies[symbol] as number);
  return bits;
}

/** The smallest value of each symbol. */
function basesOf(extra: readonly number[]): number[] {
  let base = 0;
  return extra.map((bits) => {
    const own = base;
    base += 1 << bits;
    return own;
  });
}

function symbolsOf(bases: readonly number[], size: number): Uint8Array {
  const symbols = new Uint8Array(size);
  let symbol = 0;
  for (let value = 0; value < size; value += 1) {
    while (symbol + 1 < bases.length && value >= (bases[symbol + 1] as number)) symbol += 1;
    symbols[value] = symbol;
  }
  return symbols;
}

function lastUsed(frequencies: Uint32Array): number {
  let count = frequencies.length;
  while (count > 0 && frequencies[count - 1] === 0) count -= 1;
  return count;
}
