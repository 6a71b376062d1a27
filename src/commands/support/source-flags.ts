import { choice, duration, type Flag, string, strings } from '../../lib/cli/flags.ts';
import type { IdleFlags } from './create-command.ts';

/** How long a controller may take to fetch a source. */
export const FETCH_TIMEOUT_FLAG: Flag<number> = duration({
  defaultText: '0s',
  description: 'time limit of a fetch; 0s leaves it to the controller, which takes 1m0s',
});

/**
 * Flags of a login that make no Secret: with `--export` none is printed, and one that is named is not changed. They are told,
 * since the flux CLI passes over them in silence.
 */
export function idleLogin(
  options: { readonly export: boolean; readonly secretRef: string },
  secret: string,
  flags: readonly string[],
): IdleFlags {
  if (options.secretRef !== '') return { '--secret-ref names the login': flags };
  return options.export ? { [`--export prints the source alone; its login is: flux-ts create secret ${secret}`]: flags } : {};
}

/** The flags of an existing login, and of a proxy. */
export const SOURCE_SECRET_FLAGS: { readonly 'secret-ref': Flag<string>; readonly 'proxy-secret-ref': Flag<string> } = {
  'secret-ref': string({ description: 'secret with the login that there already is' }),
  'proxy-secret-ref': string({ description: 'secret with the address of a proxy' }),
};

/** How the signature of a source is verified. */
export const VERIFY_FLAGS: {
  readonly 'verify-issuer': Flag<string>;
  readonly 'verify-provider': Flag<'cosign' | ''>;
  readonly 'verify-secret-ref': Flag<string>;
  readonly 'verify-subject': Flag<string>;
} = {
  'verify-issuer': string({ description: 'regular expression of the OIDC issuer that a keyless signature has' }),
  'verify-provider': choice({
    options: ['cosign'],
    description: 'what the artifact is signed with',
    refuse: (text) =>
      text.trim() === ''
        ? 'no source OCI verify provider given, please specify the OCI verify provider name to use for signature verification, available options are: (cosign)'
        : `source OCI verify provider '${text}' is not supported, must be one of: cosign`,
  }),
  'verify-secret-ref': string({ description: 'secret with the public keys; without it the signature is keyless' }),
  'verify-subject': string({ description: 'regular expression of the OIDC subject that a keyless signature has' }),
};

const CLOUDS = ['generic', 'aws', 'azure', 'gcp'] as const;

/** Who logs in to a store or registry: `generic` is a secret, the clouds give the controller its identity. */
export function providerFlag(what: 'bucket' | 'OCI', noun: string): Flag<(typeof CLOUDS)[number] | ''> {
  return choice({
    options: CLOUDS,
    default: 'generic',
    description: `who logs in: generic is a secret, the others give the controller its identity`,
    refuse: (text) =>
      text.trim() === ''
        ? `no source ${what} provider given, please specify ${noun}`
        : `source ${what} provider '${text}' is not supported, must be one of: ${CLOUDS.join(', ')}`,
  });
}

/** Patterns of what is left out. */
export const IGNORE_FLAG: Flag<readonly string[]> = strings({ description: 'pattern of files to leave out; can be repeated' });
