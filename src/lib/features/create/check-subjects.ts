/** What a subject of a trusted identity cannot do without. */
const REQUIRED = ['C', 'ST', 'O'];

/**
 * Checks the trusted identities of a statement: `*` alone, or `TYPE:VALUE`, where `x509.subject` has a distinguished name.
 *
 * Effects: none
 * Source: https://github.com/notaryproject/specifications specs/trust-store-trust-policy.md
 *
 * @returns what is wrong; undefined where nothing is
 */
export function checkSubjects(identities: readonly string[]): string | undefined {
  if (identities.length > 1 && identities.includes('*')) return 'the identity "*" stands alone';
  const subjects: { readonly identity: string; readonly parts: ReadonlyMap<string, string> }[] = [];
  for (const identity of identities) {
    if (identity === '*') continue;
    const colon = identity.indexOf(':');
    if (colon < 0) return `identity ${JSON.stringify(identity)} must be TYPE:VALUE`;
    if (identity.slice(0, colon) !== 'x509.subject') continue;
    const parts = parseName(identity.slice(colon + 1));
    if (typeof parts === 'string') return `identity ${JSON.stringify(identity)} ${parts}`;
    subjects.push({ identity, parts });
  }
  for (const [index, one] of subjects.entries()) {
    const other = subjects.find((subject, at) => at !== index && isPartOf(one.parts, subject.parts));
    if (other !== undefined) {
      return `identity ${JSON.stringify(one.identity)} stands for all that ${JSON.stringify(other.identity)} does`;
    }
  }
  return undefined;
}

/** Reads a distinguished name as RFC 4514 has it; a text says what is wrong with it. */
function parseName(text: string): Map<string, string> | string {
  if (text.includes('=#')) return 'has a value in hexadecimal, which Notation does not read';
  const parts = new Map<string, string>();
  for (const part of splitUnescaped(text, ',')) {
    if (splitUnescaped(part, '+').length > 1) return 'has several attributes joined by "+"';
    const equals = part.indexOf('=');
    if (equals < 1) return 'is no distinguished name: C=US, ST=WA, O=example.com';
    const type = part.slice(0, equals).trim();
    const key = type === 'S' ? 'ST' : type;
    if (parts.has(key)) return `has ${key} twice`;
    parts.set(key, part.slice(equals + 1).trim());
  }
  const missing = REQUIRED.find((key) => (parts.get(key) ?? '') === '');
  return missing === undefined ? parts : `has no ${missing}: C, ST and O are required`;
}

function splitUnescaped(text: string, separator: string): string[] {
  const parts = [''];
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === separator) parts.push('');
    else parts[parts.length - 1] += char === '\\' ? char + (text[++at] ?? '') : char;
  }
  return parts;
}

function isPartOf(some: ReadonlyMap<string, string>, all: ReadonlyMap<string, string>): boolean {
  return [...some].every(([key, value]) => all.get(key) === value);
}
