import { FluxError } from '../../core/errors.ts';
import type { K8sObject } from '../../core/objects.ts';
import { missingFlag } from './check-flags.ts';
import { checkTrustPolicy } from './check-trust-policy.ts';
import type { ObjectBase } from './names-and-labels.ts';
import { readFileFor, type ReadFile } from './read-files.ts';
import { makeSecret } from './secret.ts';

/** The files that a verification by Notation needs. */
export interface NotationFiles {
  readonly trustPolicyFile: string;
  /** Certificates of authorities; the names end in `.crt` or `.pem`. */
  readonly caCertFile: readonly string[];
}

/**
 * Makes the Secret that an OCIRepository names in `verify.secretRef`: the trust policy, and each certificate under the name of
 * its file.
 *
 * Effects: reads the files
 * Source: fluxcd/flux2 cmd/flux/create_secret_notation.go
 * Differs: two files of one name are refused; upstream keeps the last
 *
 * @throws {FluxError} create/flag-missing, create/unreadable-file, create/bad-trust-policy, create/bad-certificate-file
 */
export async function makeNotationSecret(base: ObjectBase, files: NotationFiles, readFile: ReadFile): Promise<K8sObject> {
  const { trustPolicyFile, caCertFile } = files;
  if (caCertFile.length === 0) throw missingFlag('ca-cert-file');
  if (trustPolicyFile === '') throw missingFlag('trust-policy-file');
  const policy = await readFileFor('unable to read trust policy file', trustPolicyFile, readFile);
  checkTrustPolicy(policy, trustPolicyFile);
  const data: Record<string, string> = { 'trustpolicy.json': policy };
  const problems: string[] = [];
  for (const path of caCertFile) {
    const name = path.split(/[/\\]/).at(-1) ?? path;
    if (!/\.(?:crt|pem)$/.test(name)) problems.push(`${name} must end with either .crt or .pem`);
    else if (Object.hasOwn(data, name)) problems.push(`two files are named ${name}: rename one, the name is its key`);
    else {
      try {
        data[name] = await readFileFor('unable to read TLS CA file', path, readFile);
      } catch (error) {
        problems.push((error as Error).message);
      }
    }
  }
  if (problems.length > 0) throw new FluxError('create/bad-certificate-file', problems.join('\n'));
  return makeSecret(base, { data });
}
