import type { Signature } from '../types.ts';

/**
 * Reads the value of an `author`, `committer` or `tagger` line. Old repositories have odd ones; what is missing is empty.
 *
 * Effects: none
 */
export function parseSignature(text: string): Signature {
  const match = /^(.*?) ?<([^>]*)>(?: (-?\d+))?(?: ([+-]\d{4}))?/.exec(text);
  return {
    name: match?.[1] ?? text,
    email: match?.[2] ?? '',
    timeSeconds: Number(match?.[3] ?? 0),
    timezone: match?.[4] ?? '+0000',
  };
}

/**
 * Writes the value of such a line. Characters that would end it are left out, as git does.
 *
 * Effects: none
 *
 * @example formatSignature({ name: 'Flux', email: '', timeSeconds: 0, timezone: '+0000' }) // 'Flux <> 0 +0000'
 */
export function formatSignature(signature: Signature): string {
  const clean = (value: string) => value.replace(/[<>\n\0]/g, '').trim();
  return `${clean(signature.name)} <${clean(signature.email)}> ${signature.timeSeconds} ${signature.timezone}`;
}
