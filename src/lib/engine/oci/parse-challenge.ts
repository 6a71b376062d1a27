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
  // One challenge begins where a word is followed by a space and not by "=".
  const found = [
    ...header.matchAll(/(?:^|,\s*)(basic|bearer)(?=\s|$|,)\s*((?:[A-Za-z_-]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s",]+)\s*,?\s*)*)/gi),
  ];
  const challenges = found.map(([, scheme = '', rest = '']): Challenge => {
    const fields = new Map(
      [...rest.matchAll(/([A-Za-z_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))/g)].map(([, name = '', quoted, bare]) => [
        name.toLowerCase(),
        quoted === undefined ? (bare ?? '') : quoted.replaceAll(/\\(.)/g, '$1'),
      ]),
    );
    return {
      scheme: scheme.toLowerCase() === 'bearer' ? 'bearer' : 'basic',
      realm: fields.get('realm') ?? '',
      service: fields.get('service') ?? '',
      scope: fields.get('scope') ?? '',
    };
  });
  return challenges.find(({ scheme }) => scheme === 'bearer') ?? challenges[0];
}
