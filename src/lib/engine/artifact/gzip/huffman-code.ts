/** Code words and their lengths in bits, by symbol; the words' bits are reversed, as deflate sends them. */
export interface HuffmanCode {
  readonly words: Uint16Array;
  readonly lengths: Uint8Array;
}

/**
 * Makes the shortest code for the given frequencies whose words have at most so many bits.
 *
 * Several codes can be equally short. Which one comes out decides the bytes of an artifact, so ties are broken as Go does:
 * by package-merge, where a pair goes before a symbol of the same weight, and symbols of one length are numbered in their
 * own order.
 *
 * Effects: none
 * Source: Larmore and Hirschberg, "A fast algorithm for optimal length-limited Huffman codes"; RFC 1951, 3.2.2; ties as Go's
 * compress/flate
 *
 * @param into reused from block to block
 */
export function assignCode(frequencies: Uint32Array, maxBits: number, into: HuffmanCode): void {
  into.lengths.fill(0);
  const used: number[] = [];
  for (let symbol = 0; symbol < frequencies.length; symbol += 1) if (frequencies[symbol] !== 0) used.push(symbol);
  if (used.length <= 2) {
    for (const [index, symbol] of used.entries()) {
      into.lengths[symbol] = 1;
      into.words[symbol] = index;
    }
    return;
  }
  used.sort((left, right) => (frequencies[left] as number) - (frequencies[right] as number) || left - right);
  const weights = used.map((symbol) => frequencies[symbol] as number);
  // The lightest symbols get the longest words.
  const counts = countLengths(weights, Math.min(maxBits, used.length - 1));
  let end = used.length;
  let word = 0;
  for (let bits = 1; bits < counts.length; bits += 1) {
    word <<= 1;
    const count = counts[bits] as number;
    for (const symbol of used.slice(end - count, end).sort((left, right) => left - right)) {
      into.lengths[symbol] = bits;
      into.words[symbol] = reverse(word, bits);
      word += 1;
    }
    end -= count;
  }
}

/** The fixed code of literals and lengths: RFC 1951, 3.2.6. */
export function fixedLiteralCode(): HuffmanCode {
  const words = new Uint16Array(286);
  const lengths = new Uint8Array(286);
  for (let symbol = 0; symbol < 286; symbol += 1) {
    const [first, start, bits] =
      symbol < 144 ? [0, 0x30, 8] : symbol < 256 ? [144, 0x190, 9] : symbol < 280 ? [256, 0, 7] : [280, 0xc0, 8];
    words[symbol] = reverse(symbol - first + start, bits);
    lengths[symbol] = bits;
  }
  return { words, lengths };
}

/** The fixed code of distances: five bits each. */
export function fixedDistanceCode(): HuffmanCode {
  return { words: Uint16Array.from({ length: 30 }, (_, symbol) => reverse(symbol, 5)), lengths: new Uint8Array(30).fill(5) };
}

/** How many bits a text of these frequencies takes. */
export function countBits(frequencies: Uint32Array, { lengths }: HuffmanCode): number {
  let bits = 0;
  for (let symbol = 0; symbol < frequencies.length; symbol += 1) {
    bits += (frequencies[symbol] as number) * (lengths[symbol] as number);
  }
  return bits;
}

/** @returns how many symbols get words of 0, 1, 2, … bits */
function countLengths(weights: readonly number[], maxBits: number): number[] {
  /** For each level from the lowest: which of its items are symbols, in rising weight. */
  const levels: boolean[][] = [];
  let pairs: number[] = [];
  for (let level = 1; level <= maxBits; level += 1) {
    const merged: number[] = [];
    const areSymbols: boolean[] = [];
    for (let symbol = 0, pair = 0; symbol < weights.length || pair < pairs.length; ) {
      const isSymbol = pair >= pairs.length || (symbol < weights.length && (weights[symbol] as number) < (pairs[pair] as number));
      merged.push((isSymbol ? weights[symbol++] : pairs[pair++]) as number);
      areSymbols.push(isSymbol);
    }
    levels.push(areSymbols);
    pairs = [];
    for (let at = 0; at + 1 < merged.length; at += 2) pairs.push((merged[at] as number) + (merged[at + 1] as number));
  }
  const counts = Array.from({ length: maxBits + 1 }, () => 0);
  let taken = 2 * weights.length - 2;
  let before: number | undefined;
  for (let level = levels.length - 1, bits = 0; level >= 0; level -= 1, bits += 1) {
    const symbols = (levels[level] as boolean[]).slice(0, taken).filter(Boolean).length;
    if (before !== undefined) counts[bits] = before - symbols;
    before = symbols;
    taken = 2 * (taken - symbols);
  }
  counts[maxBits] = before ?? 0;
  return counts;
}

function reverse(word: number, bits: number): number {
  let reversed = 0;
  for (let bit = 0; bit < bits; bit += 1) reversed |= ((word >> bit) & 1) << (bits - 1 - bit);
  return reversed;
}
