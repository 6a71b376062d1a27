/**
 * Takes credentials out of a text: user information of URLs, Authorization headers, bearer tokens and JSON Web Tokens,
 * PEM private keys. It is a net under what the parts do themselves, which is not to put secrets into texts at all.
 *
 * Effects: none
 *
 * @example redact('https://me:pw@host/x') // 'https://***@host/x'
 */
export function redact(text: string): string {
  if (!SUSPECT.test(text)) return text;
  return (
    text
      .replace(/-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?(?:-----END \1-----|$)/g, '-----BEGIN $1----- ***')
      .replace(/\b([a-z][a-z0-9+.-]*:\/\/)([^\s/?#'"@]*:[^\s/?#'"]*)@/gi, '$1***@')
      .replace(/\b(https?:\/\/)([^\s/?#'"@]+)@/gi, '$1***@')
      .replace(/\b(authorization['"]?\s*[:=]\s*['"]?(?:[a-z]+\s+)?)[A-Za-z0-9._~+/=-]{8,}/gi, '$1***')
      // "basic authentication failed" names no secret.
      .replace(
        /\b(bearer\s+|basic\s+)(?!(?:auth[a-z]*|challenges?|credentials?)\b(?![._~+/=-]))[A-Za-z0-9._~+/=-]{8,}/gi,
        '$1***',
      )
      .replace(/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, '***')
      .replace(/\b(?:gh[pousr]_|github_pat_|glpat-|glcbt-|AGE-SECRET-KEY-)[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]+)*/g, '***')
  );
}

const SUSPECT = /:\/\/|PRIVATE KEY|authorization|bearer|basic|eyJ|gh[pousr]_|github_pat_|glpat-|glcbt-|AGE-SECRET-KEY/i;
