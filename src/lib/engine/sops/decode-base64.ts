/**
 * Decodes base64 as Go does: padding is needed, line breaks do not matter.
 *
 * Effects: none
 *
 * @returns `undefined` where it is not base64
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const plain = text.replace(/[\r\n]/g, '');
  if (plain.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(plain)) return undefined;
  return Buffer.from(plain, 'base64');
}
