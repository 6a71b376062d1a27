/**
 * Orders map keys as Go's YAML writer does: letters by code point, everything else before letters, runs of digits by number.
 *
 * Effects: none
 * Source: go.yaml.in/yaml/v2 sorter.go (the rule, which is not a total order for a few exotic mixes of digits and `_`)
 *
 * @example ['v10', 'v2', 'B', 'a'].sort(compareKeys) // ['B', 'a', 'v2', 'v10']
 */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  const end = Math.min(a.length, b.length);
  for (let at = 0; at < end; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x === y) continue;
    if ((x & 0xf800) === 0xd800 || (y & 0xf800) === 0xd800) return compareCodePoints(a, b, at);
    return compareDifferent(a, b, at, x, y);
  }
  return a.length - b.length;
}

function compareDifferent(a: string, b: string, at: number, x: number, y: number): number {
  const xLetter = isLetter(x);
  const yLetter = isLetter(y);
  if (xLetter && yLetter) return x - y;
  if (xLetter || yLetter) return yLetter ? -1 : 1;
  let xNumber = 0;
  let yNumber = 0;
  if (x === 0x30 || y === 0x30) {
    for (let back = at - 1; back >= 0 && isDigit(a.charCodeAt(back)); back--) {
      if (a.charCodeAt(back) !== 0x30) {
        xNumber = 1;
        yNumber = 1;
        break;
      }
    }
  }
  let xEnd = at;
  let yEnd = at;
  for (; xEnd < a.length && isDigit(a.charCodeAt(xEnd)); xEnd++) xNumber = xNumber * 10 + a.charCodeAt(xEnd) - 0x30;
  for (; yEnd < b.length && isDigit(b.charCodeAt(yEnd)); yEnd++) yNumber = yNumber * 10 + b.charCodeAt(yEnd) - 0x30;
  if (xNumber !== yNumber) return xNumber - yNumber;
  if (xEnd !== yEnd) return xEnd - yEnd;
  return x - y;
}

/** Outside the basic plane only letters matter in practice; both sides are compared by code point there. */
function compareCodePoints(a: string, b: string, at: number): number {
  const start = at > 0 && (a.charCodeAt(at) & 0xfc00) === 0xdc00 ? at - 1 : at;
  const x = a.codePointAt(start) ?? 0;
  const y = b.codePointAt(start) ?? 0;
  const xLetter = LETTER.test(String.fromCodePoint(x));
  const yLetter = LETTER.test(String.fromCodePoint(y));
  if (xLetter === yLetter) return x - y;
  return yLetter ? -1 : 1;
}

const LETTER = /^\p{L}$/u;

function isLetter(code: number): boolean {
  if (code < 0x80) return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
  return LETTER.test(String.fromCharCode(code));
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
