import { FluxError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { findJsonProblem } from './find-json-problem.ts';
import { checkSubjects } from './check-subjects.ts';

const LEVELS = ['strict', 'permissive', 'audit', 'skip'];
const STORES = ['ca', 'signingAuthority', 'tsa'];
const CHECKS = ['integrity', 'authenticity', 'authenticTimestamp', 'expiry', 'revocation'];
const ACTIONS = ['enforce', 'log', 'skip'];
/** Host and path of a repository, as the distribution project writes them. */
const HOST =
  /^(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::\d+)?$/;
const PATH_PART = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;

/**
 * Checks a trust policy of Notation, version 1.0.
 *
 * Effects: none
 * Source: https://github.com/notaryproject/specifications specs/trust-store-trust-policy.md
 * Differs: most sentences are our own
 *
 * @param path names the file in what is said
 * @throws {FluxError} create/bad-trust-policy
 */
export function checkTrustPolicy(text: string, path: string): void {
  const problem = findJsonProblem(text);
  if (problem !== undefined) throw bad(`failed to unmarshal trust policy ${path}: ${problem}`, path);
  const policy = JSON.parse(text) as JsonValue;
  const wrong = findProblem(isJsonObject(policy) ? policy : {});
  if (wrong !== undefined) throw bad(`invalid trust policy: ${wrong}`, path);
}

function bad(message: string, path: string): FluxError {
  return new FluxError('create/bad-trust-policy', message, {
    source: { file: path },
    hint: 'https://notaryproject.dev/docs/user-guides/how-to/manage-trust-policy/',
  });
}

function findProblem(policy: JsonObject): string | undefined {
  const version = textOf(policy['version']);
  if (version === '') return 'it has no version: "version": "1.0"';
  if (version !== '1.0') return `trust policy document uses unsupported version ${JSON.stringify(version)}`;
  const statements = objectsOf(policy['trustPolicies']);
  if (statements.length === 0) return 'it has no statement in "trustPolicies"';
  const names = new Set<string>();
  const scopes = new Set<string>();
  for (const statement of statements) {
    const name = textOf(statement['name']);
    if (name === '') return 'a statement has no name';
    if (names.has(name)) return `two statements are named ${JSON.stringify(name)}`;
    names.add(name);
    const problem = problemOfVerification(statement) ?? problemOfScopes(textsOf(statement['registryScopes']), scopes);
    if (problem !== undefined) return `statement ${JSON.stringify(name)}: ${problem}`;
  }
  return undefined;
}

function problemOfVerification(statement: JsonObject): string | undefined {
  const verification = isJsonObject(statement['signatureVerification']) ? statement['signatureVerification'] : {};
  const level = textOf(verification['level']);
  if (!LEVELS.includes(level))
    return `the level of signatureVerification is ${JSON.stringify(level)}, not one of ${LEVELS.join(', ')}`;
  const override = isJsonObject(verification['override']) ? Object.entries(verification['override']) : [];
  for (const [check, action] of override) {
    if (level === 'skip') return 'level "skip" cannot be overridden';
    if (!CHECKS.includes(check)) return `override of ${JSON.stringify(check)}, not one of ${CHECKS.join(', ')}`;
    if (!ACTIONS.includes(textOf(action))) return `override with ${JSON.stringify(action)}, not one of ${ACTIONS.join(', ')}`;
    if (check === 'integrity') return 'the check of integrity cannot be overridden';
    if (action === 'skip' && check !== 'revocation') return `the check of ${check} cannot be skipped`;
  }
  const timestamp = textOf(verification['verifyTimestamp']);
  if (timestamp !== '' && timestamp !== 'always' && timestamp !== 'afterCertExpiry') {
    return `verifyTimestamp is ${JSON.stringify(timestamp)}, not one of always, afterCertExpiry`;
  }
  const stores = textsOf(statement['trustStores']);
  const identities = textsOf(statement['trustedIdentities']);
  if (level === 'skip')
    return stores.length + identities.length > 0 ? 'level "skip" has neither trust stores nor identities' : undefined;
  if (stores.length === 0 || identities.length === 0) return 'it needs both trustStores and trustedIdentities';
  for (const store of stores) {
    const [, type = '', name = ''] = /^([^:]*):(.*)$/s.exec(store) ?? [];
    if (!STORES.includes(type))
      return `trust store ${JSON.stringify(store)} must be TYPE:NAME, the type one of ${STORES.join(', ')}`;
    if (!/^[\w.-]+$/.test(name))
      return `trust store ${JSON.stringify(store)} must have a name of letters, digits, "_", "." and "-"`;
  }
  return checkSubjects(identities);
}

function problemOfScopes(scopes: readonly string[], taken: Set<string>): string | undefined {
  if (scopes.length === 0) return 'it has no registryScopes';
  if (scopes.length > 1 && scopes.includes('*')) return 'the scope "*" stands alone';
  for (const scope of scopes) {
    const [host = '', ...path] = scope.split('/');
    const fits = scope === '*' || (HOST.test(host) && path.length > 0 && path.every((part) => PATH_PART.test(part)));
    if (!fits) return `scope ${JSON.stringify(scope)} must be a repository without scheme and tag, such as example.com/team/app`;
    if (taken.has(scope)) return `scope ${JSON.stringify(scope)} is there twice`;
    taken.add(scope);
  }
  return undefined;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function textsOf(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}

function objectsOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.map((item) => (isJsonObject(item) ? item : {})) : [];
}
