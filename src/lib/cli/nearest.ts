/**
 * The candidate that a mistyped word most likely means: within two edits (three for
 * long words, one for short ones), or one that it begins.
 *
 * Effects: none
 *
 * @example nearest('kustomizaton', ['kustomization', 'helmrelease']) // 'kustomization'
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = word.length > 8 ? 4 : word.length > 3 ? 3 : 2;
  for (const candidate of candidates) {
    const isBegun = word.length > 1 && candidate.startsWith(word);
    const distance = isBegun ? BEGUN + candidate.length / 1000 : editDistance(word, candidate);
    if (distance < bestDistance && distance < word.length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** A word that was not written to its end is nearer than any with another letter; of several the shortest. */
const BEGUN = 0.5;

/** Two letters that changed places are one edit. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same, swapped));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
