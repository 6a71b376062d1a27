import { badValue } from './check-flags.ts';

/**
 * Checks a replacement against the groups of its regular expression: `$name`, `${name}`, `$1`; `$$` is a dollar sign.
 *
 * Effects: none
 * Source: Go's regexp Expand; fluxcd/flux2 cmd/flux/create_image_policy.go
 * Differs: a number without a group is refused too; upstream leaves it to stand for nothing
 *
 * @throws {FluxError} create/bad-value
 */
export function checkExtract(replacement: string, pattern: string): void {
  const groups = groupsOf(pattern);
  for (let rest = replacement; rest.includes('$'); ) {
    rest = rest.slice(rest.indexOf('$'));
    if (rest.startsWith('$$')) {
      rest = rest.slice(2);
      continue;
    }
    const [whole = '', braced, plain] = /^\$(?:\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/u.exec(rest) ?? [];
    const name = braced ?? plain;
    if (name === undefined) throw badValue('--filter-extract is malformed', 'a dollar sign is written as $$');
    const isNumber = /^(?:0|[1-9]\d*)$/.test(name);
    if (isNumber ? Number(name) > groups.count : !groups.names.has(name)) {
      throw badValue(
        `capture group $${name} used in --filter-extract not found in --filter-regex`,
        groups.names.size === 0 ? undefined : `there is ${[...groups.names].map((group) => `$${group}`).join(', ')}`,
      );
    }
    rest = rest.slice(whole.length);
  }
}

/** The groups of a regular expression that is known to be right. */
function groupsOf(pattern: string): { readonly count: number; readonly names: ReadonlySet<string> } {
  // What is quoted, escaped or within a class opens no group.
  const bare = pattern
    .replaceAll(/\\Q[\s\S]*?(?:\\E|$)/g, '')
    .replaceAll(/\\[\s\S]/g, '')
    .replaceAll(/\[\^?\]?(?:\[:\^?\w+:\]|[^\]])*\]/g, '');
  const names = [...bare.matchAll(/\(\?P?<(\w+)>/g)].map(([, name = '']) => name);
  return { count: names.length + [...bare.matchAll(/\((?!\?)/g)].length, names: new Set(names) };
}
