import { LAST_APPLIED } from '../../core/flux.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { Difference } from './types.ts';

/** What is secret about an object. */
export interface Secrecy {
  /** True where all values outside its metadata are secret: a Secret, or what was encrypted. */
  readonly isSecret: boolean;
  /** True where its values are masks already, so that they cannot be compared. */
  readonly isMasked: boolean;
  /** Texts that must not be shown anywhere: values of variables that came from Secrets. */
  readonly secretValues: readonly string[];
}

const BEFORE = '*** (before)';
const AFTER = '*** (after)';
const HIDDEN = '*****';

/** A shorter value would be found in words that have nothing to do with it. */
const SHORTEST_SECRET = 4;

/**
 * Hides what is secret in differences: that a value differs is shown, and never what it is.
 *
 * Effects: none
 * Source: fluxcd/pkg ssa MaskSecret for the words
 * Differs: values that variables brought from Secrets into other objects are hidden, too
 */
export function maskDifferences(differences: readonly Difference[], secrecy: Secrecy): Difference[] {
  const secrets = secrecy.secretValues.filter((value) => value.length >= SHORTEST_SECRET);
  return differences
    .filter((difference) => !secrecy.isMasked || !isContent(difference.path) || difference.from === undefined)
    .map((difference) => (secrecy.isSecret ? maskSecret(difference) : difference))
    .map((difference) => (secrets.length === 0 ? difference : maskTexts(difference, secrets)));
}

function isContent(path: readonly string[]): boolean {
  return path[0] === 'data' || path[0] === 'stringData';
}

function maskSecret(difference: Difference): Difference {
  const { path, from, to, removed, added } = difference;
  if (path[0] === 'metadata') {
    return {
      ...difference,
      ...(removed === undefined ? {} : { removed: hideLastApplied(removed) }),
      ...(added === undefined ? {} : { added: hideLastApplied(added) }),
      ...(path.at(-1) === LAST_APPLIED ? { from: BEFORE, to: AFTER } : {}),
    };
  }
  // What of a Secret is not its content is no secret.
  if (path.length === 0 || path[0] === 'type' || path[0] === 'immutable') {
    return {
      path,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(removed === undefined ? {} : { removed: hideAll(removed) }),
      ...(added === undefined ? {} : { added: hideAll(added) }),
    };
  }
  return {
    path,
    ...(from === undefined ? {} : { from: BEFORE }),
    ...(to === undefined ? {} : { to: AFTER }),
    ...(removed === undefined ? {} : { removed: hideAll(removed) }),
    ...(added === undefined ? {} : { added: hideAll(added) }),
  };
}

function hideAll(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(hideAll);
  if (isJsonObject(value)) return mapValues(value, hideAll);
  return HIDDEN;
}

/** A Secret has here, by the hand of kubectl, all that it holds in clear. */
function hideLastApplied(entries: JsonValue): JsonValue {
  if (!isJsonObject(entries)) return entries;
  return Object.fromEntries(
    Object.entries(entries).map(([key, value]) => [key, key === LAST_APPLIED ? HIDDEN : hideLastApplied(value ?? null)]),
  );
}

function maskTexts(difference: Difference, secrets: readonly string[]): Difference {
  const mask = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(mask);
    if (isJsonObject(value)) return mapValues(value, mask);
    const text = String(value);
    const masked = secrets.reduce((left, secret) => left.replaceAll(secret, '***'), text);
    return masked === text ? value : masked;
  };
  const { from, to, removed, added } = difference;
  const masked = {
    ...difference,
    ...(from === undefined ? {} : { from: mask(from) }),
    ...(to === undefined ? {} : { to: mask(to) }),
    ...(removed === undefined ? {} : { removed: mask(removed) }),
    ...(added === undefined ? {} : { added: mask(added) }),
  };
  const shown = masked.from;
  if (typeof shown !== 'string' || shown !== masked.to) return masked;
  return { ...masked, from: `${shown} (before)`, to: `${shown} (after)` };
}

function mapValues(object: JsonObject, change: (value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) => (value === undefined ? [] : [[key, change(value)]])),
  );
}
