/** A version, read leniently. */
export interface Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** Dotted identifiers after `-`; empty for a release. */
  readonly pre: string;
  /** What follows `+`; it takes no part in comparisons. */
  readonly metadata: string;
}

const MAX_LENGTH = 256;
const MAX_SEGMENT = 2n ** 64n - 1n;
const LOOSE =
  /^v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

/**
 * Reads a version as Masterminds' `NewVersion` does: a `v` in front, missing minor and patch, and leading zeros of the
 * three numbers are fine; leading zeros of a numeric pre-release identifier are not.
 *
 * Effects: none
 * Source: github.com/Masterminds/semver v3.5.0 version.go
 *
 * @returns `undefined` for what is no version
 */
export function parseVersion(text: string): Version | undefined {
  const match = text.length > MAX_LENGTH ? null : LOOSE.exec(text);
  if (match === null) return undefined;
  const [major, minor, patch] = [match[1], match[2], match[3]].map((segment) => BigInt(segment ?? '0'));
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  if (major > MAX_SEGMENT || minor > MAX_SEGMENT || patch > MAX_SEGMENT) return undefined;
  const pre = match[4] ?? '';
  if (pre.split('.').some((part) => /^0[0-9]+$/.test(part))) return undefined;
  return { major, minor, patch, pre, metadata: match[5] ?? '' };
}

/**
 * Compares by precedence; build metadata doesn't count.
 *
 * Effects: none
 *
 * @returns negative, zero or positive
 */
export function compareVersions(left: Version, right: Version): number {
  return (
    compareNumbers(left.major, right.major) ||
    compareNumbers(left.minor, right.minor) ||
    compareNumbers(left.patch, right.patch) ||
    comparePre(left.pre, right.pre)
  );
}

/**
 * Compares two pre-releases: none is above any; numbers are below words; more identifiers are above fewer.
 *
 * Effects: none
 */
export function comparePre(left: string, right: string): number {
  if (left === right) return 0;
  if (left === '') return 1;
  if (right === '') return -1;
  const lefts = left.split('.');
  const rights = right.split('.');
  for (let index = 0; index < Math.max(lefts.length, rights.length); index += 1) {
    const one = lefts[index];
    const other = rights[index];
    if (one === undefined) return -1;
    if (other === undefined) return 1;
    const order = compareIdentifiers(one, other);
    if (order !== 0) return order;
  }
  return 0;
}

function compareIdentifiers(left: string, right: string): number {
  if (left === right) return 0;
  const leftNumeric = /^[0-9]+$/.test(left);
  const rightNumeric = /^[0-9]+$/.test(right);
  if (leftNumeric && rightNumeric) return compareNumbers(BigInt(left), BigInt(right));
  if (leftNumeric) return -1;
  if (rightNumeric) return 1;
  return left < right ? -1 : 1;
}

function compareNumbers(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
