/** What a registry wants of those who are not logged in. */
export interface Challenge {
  readonly scheme: 'basic' | 'bearer';
  readonly realm: string;
  readonly service: string;
  /** Empty where the registry names none. */
  readonly scope: string;
}

/**
 * Reads the `WWW-Authenticate` of a registry. Of several challenges a bearer one wins.
 *
 * Effects: none
 * Source: RFC 9110 11.6.1; distribution docs, "Token Authentication Specification"
 *
 * @returns absent where there is none that we know
 */
export function parseChallenge(header: string): Challenge | undefined {
  // What stands in quotes must not be taken for a scheme.
  const bare = header.replaceAll(QUOTED, (text) => '"'.repeat(text.length));
  const begins = [...bare.matchAll(/(?<=^|,\s*)(?:basic|bearer)(?=\s|,|$)/gi)];
  const challenges = begins.map((found, index): Challenge => {
    const fields = readFields(header.slice(found.index, begins[index + 1]?.index));
    const field = (name: string): string => fields.get(name) ?? '';
    const scheme = found[0].toLowerCase() === 'bearer' ? 'bearer' : 'basic';
    return { scheme, realm: field('realm'), service: field('service'), scope: field('scope') };
  });
  return challenges.find(({ scheme }) => scheme === 'bearer') ?? challenges[0];
}

const QUOTED = /"(?:[^"\\]|\\.)*"/g;

function readFields(text: string): Map<string, string> {
  const found = text.matchAll(/([A-Za-z_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))/g);
  return new Map(
    [...found].map(([, name = '', quoted, bare = '']): [string, string] => [
      name.toLowerCase(),
      quoted === undefined ? bare : quoted.replaceAll(/\\(.)/g, '$1'),
    ]),
  );
}
