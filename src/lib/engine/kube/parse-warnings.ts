/**
 * Reads the texts of a Warning header, several of which may be joined by commas. Only those of code 299, which the API server
 * sends for the user, are given.
 *
 * Effects: none
 * Source: RFC 7234 5.5, client-go rest/warnings.go
 *
 * @example parseWarnings('299 - "v1beta1 is deprecated"') // ['v1beta1 is deprecated']
 */
export function parseWarnings(header: string | readonly string[] | undefined): string[] {
  if (header === undefined) return [];
  const text = typeof header === 'string' ? header : header.join(', ');
  return [...text.matchAll(/(\d{3})\s+\S+\s+"((?:[^"\\]|\\.)*)"/g)]
    .filter((match) => match[1] === '299')
    .map((match) => (match[2] ?? '').replace(/\\(.)/g, '$1'));
}
