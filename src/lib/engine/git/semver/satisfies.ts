import type { Comparator, Constraint } from './constraint.ts';
import { comparePre, compareVersions, type Version } from './version.ts';

/**
 * Tells whether a version satisfies a constraint. A pre-release does so only in a group that itself names one.
 *
 * Effects: none
 * Source: github.com/Masterminds/semver v3.5.0 constraints.go
 */
export function satisfies(version: Version, constraint: Constraint): boolean {
  return constraint.groups.some(
    (group) => (version.pre === '' || group.admitsPre) && group.comparators.every((comparator) => holds(version, comparator)),
  );
}

function holds(version: Version, comparator: Comparator): boolean {
  const order = compareVersions(version, comparator.version);
  switch (comparator.operator) {
    case '=':
      return comparator.wildcard === 'none' ? order === 0 : holdsTilde(version, comparator, order);
    case '!=':
      return comparator.wildcard === 'none' ? order !== 0 : differsBeforeWildcard(version, comparator);
    case '>':
      return isAbove(version, comparator, order);
    case '<':
      return order < 0;
    case '>=':
      return order >= 0;
    case '<=':
      return isAtMost(version, comparator, order);
    case '~':
      return holdsTilde(version, comparator, order);
    case '^':
      return holdsCaret(version, comparator, order);
    default: {
      const never: never = comparator.operator;
      return never;
    }
  }
}

/** `>1` means 2 and up, `>1.2` means 1.3 and up. A lone wildcard is compared as 0.0.0. */
function isAbove(version: Version, { version: bound, wildcard }: Comparator, order: number): boolean {
  if (wildcard === 'none' || version.major !== bound.major) return wildcard === 'none' ? order > 0 : version.major > bound.major;
  if (wildcard === 'minor') return false;
  if (wildcard === 'patch') return version.minor > bound.minor;
  return order > 0;
}

/** `<=1` means all of 1, `<=1.2` all of 1.2. A lone wildcard bounds major and minor at 0. */
function isAtMost(version: Version, { version: bound, wildcard }: Comparator, order: number): boolean {
  if (wildcard === 'none') return order <= 0;
  if (version.major !== bound.major) return version.major < bound.major;
  return wildcard === 'minor' || version.minor <= bound.minor;
}

function differsBeforeWildcard(version: Version, { version: bound, wildcard }: Comparator): boolean {
  if (version.major !== bound.major) return true;
  if (wildcard === 'minor') return false;
  if (version.minor !== bound.minor) return true;
  if (wildcard === 'patch') return comparePre(version.pre, bound.pre) !== 0;
  return compareVersions(version, bound) !== 0;
}

/** `~1.2` means all of 1.2 from there on; `~0.0.0` and `~*` mean anything above. */
function holdsTilde(version: Version, { version: bound, wildcard }: Comparator, order: number): boolean {
  if (order < 0) return false;
  const isZero = bound.major === 0n && bound.minor === 0n && bound.patch === 0n;
  if (isZero && wildcard !== 'minor' && wildcard !== 'patch') return true;
  if (version.major !== bound.major) return false;
  return wildcard === 'minor' || version.minor === bound.minor;
}

/** `^` keeps the leftmost number that isn't zero. */
function holdsCaret(version: Version, { version: bound, wildcard }: Comparator, order: number): boolean {
  if (order < 0) return false;
  if (bound.major > 0n || wildcard === 'minor') return version.major === bound.major;
  if (version.major > 0n) return false;
  if (bound.minor > 0n || wildcard === 'patch') return version.minor === bound.minor;
  if (version.minor > 0n) return false;
  return version.patch === bound.patch;
}
