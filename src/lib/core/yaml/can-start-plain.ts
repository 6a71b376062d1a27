/** Tells whether a scalar without quotes may start at an offset. */
export function canStartPlain(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if ((code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x2e && code <= 0x39)) return true;
  if (code === 0x2d || code === 0x3a) return text.charCodeAt(at + 1) > 0x20;
  return code > 0x20 && !NO_START.includes(text.charAt(at));
}

const NO_START = '#&*!|>\'"%@`,[]{}?';
