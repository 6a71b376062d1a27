/** Lines that stand together. */
export interface LineBlock {
  readonly kind: 'removed' | 'added';
  readonly lines: readonly string[];
}

/** Of longer texts only the common beginning and end are found. */
const MOST_CELLS = 4_000_000;

/**
 * Finds which lines of a text went and which came, with as few of them as can be.
 *
 * Effects: none
 *
 * @returns blocks in the order of the texts; what went comes before what came in its place
 */
export function diffLines(from: string, to: string): LineBlock[] {
  const a = from.split('\n');
  const b = to.split('\n');
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const left = a.slice(start, a.length - end);
  const right = b.slice(start, b.length - end);
  if (left.length * right.length > MOST_CELLS) return blocksOf([...left.map(went), ...right.map(came)]);
  return blocksOf(longestCommon(left, right));
}

interface Step {
  readonly kind: 'removed' | 'added' | 'kept';
  readonly line: string;
}

const went = (line: string): Step => ({ kind: 'removed', line });
const came = (line: string): Step => ({ kind: 'added', line });

function longestCommon(a: readonly string[], b: readonly string[]): Step[] {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const steps: Step[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i], b[j]];
    if (x !== undefined && x === y) {
      steps.push({ kind: 'kept', line: x });
      i += 1;
      j += 1;
    } else if (x !== undefined && (y === undefined || at(i + 1, j) >= at(i, j + 1))) {
      steps.push(went(x));
      i += 1;
    } else {
      steps.push(came(y ?? ''));
      j += 1;
    }
  }
  return steps;
}

function blocksOf(steps: readonly Step[]): LineBlock[] {
  const blocks: { kind: 'removed' | 'added'; lines: string[] }[] = [];
  let last: Step['kind'] = 'kept';
  for (const { kind, line } of steps) {
    if (kind !== 'kept') {
      if (kind === last) blocks.at(-1)?.lines.push(line);
      else blocks.push({ kind, lines: [line] });
    }
    last = kind;
  }
  return blocks;
}
