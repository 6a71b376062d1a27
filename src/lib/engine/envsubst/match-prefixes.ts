/** One step of a pattern. */
type Step =
  | { readonly kind: 'star' }
  | { readonly kind: 'any' }
  | { readonly kind: 'literal'; readonly character: string }
  | { readonly kind: 'class'; readonly negated: boolean; readonly ranges: readonly (readonly [number, number])[] };

/**
 * Finds which prefixes of a text a shell pattern matches whole: the shortest and the longest one that are not empty.
 * `*` matches anything, slashes too; `?` one character; `[a-c]` and `[^a-c]` one of a set; a backslash takes the next
 * character literally. A pattern that cannot be read matches nothing.
 *
 * All prefixes are tried in one pass, so that the time grows with text times pattern rather than with the text squared.
 *
 * Effects: none
 * Source: fluxcd/pkg envsubst@v1.7.0, path/match.go and funcs.go
 * Differs: upstream tries prefixes that end within a character, of which `?` then takes half; here characters are whole.
 *
 * @returns lengths in characters; undefined where nothing matches
 */
export function matchPrefixes(
  characters: readonly string[],
  pattern: readonly string[],
): { shortest: number; longest: number } | undefined {
  const steps = parsePattern(pattern);
  if (steps === undefined) return undefined;
  let reached = withStars([0], steps);
  let found: { shortest: number; longest: number } | undefined;
  for (const [index, character] of characters.entries()) {
    const next: number[] = [];
    for (const at of reached) {
      const step = steps[at];
      if (step === undefined) continue;
      if (step.kind === 'star') next.push(at);
      else if (matchesStep(step, character)) next.push(at + 1);
    }
    if (next.length === 0) break;
    reached = withStars(next, steps);
    if (reached.at(-1) === steps.length) found = { shortest: found?.shortest ?? index + 1, longest: index + 1 };
  }
  return found;
}

/** The places, ascending and each once, that can be stood on: a star may also match nothing. */
function withStars(places: readonly number[], steps: readonly Step[]): number[] {
  const all: number[] = [];
  for (const place of places) {
    let at = place;
    if (at <= (all.at(-1) ?? -1)) continue;
    all.push(at);
    while (steps[at]?.kind === 'star') {
      at += 1;
      all.push(at);
    }
  }
  return all;
}

function matchesStep(step: Exclude<Step, { kind: 'star' }>, character: string): boolean {
  switch (step.kind) {
    case 'any':
      return true;
    case 'literal':
      return step.character === character;
    case 'class': {
      const code = character.codePointAt(0) ?? 0;
      return step.ranges.some(([low, high]) => low <= code && code <= high) !== step.negated;
    }
  }
}

/** Reads a pattern; undefined where it is malformed. */
function parsePattern(pattern: readonly string[]): Step[] | undefined {
  const steps: Step[] = [];
  let at = 0;

  /** One character of a class; undefined where none may stand. */
  function classCharacter(): number | undefined {
    if (pattern[at] === '-' || pattern[at] === ']') return undefined;
    if (pattern[at] === '\\') at += 1;
    const character = pattern[at];
    at += 1;
    return character?.codePointAt(0);
  }

  function parseClass(): Step | undefined {
    const negated = pattern[at] === '^';
    if (negated) at += 1;
    const ranges: [number, number][] = [];
    while (pattern[at] !== ']' || ranges.length === 0) {
      const low = classCharacter();
      let high = low;
      if (pattern[at] === '-') {
        at += 1;
        high = classCharacter();
      }
      if (low === undefined || high === undefined) return undefined;
      ranges.push([low, high]);
    }
    at += 1;
    return { kind: 'class', negated, ranges };
  }

  while (at < pattern.length) {
    let character = pattern[at] ?? '';
    at += 1;
    if (character === '*') {
      if (steps.at(-1)?.kind !== 'star') steps.push({ kind: 'star' });
    } else if (character === '?') steps.push({ kind: 'any' });
    else if (character === '[') {
      const step = parseClass();
      if (step === undefined) return undefined;
      steps.push(step);
    } else {
      if (character === '\\') {
        character = pattern[at] ?? '';
        if (character === '') return undefined;
        at += 1;
      }
      steps.push({ kind: 'literal', character });
    }
  }
  return steps;
}
