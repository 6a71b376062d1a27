import { boolean, choice, type Flag, type FlagValues, string, strings } from '../../lib/cli/flags.ts';
import { DEFAULT_IGNORE, type RegistryChoice } from '../../lib/features/artifact/index.ts';

/** How a registry is reached and logged in to. */
export const REGISTRY_FLAGS: {
  readonly creds: Flag<string>;
  readonly 'insecure-registry': Flag<boolean>;
  readonly provider: Flag<'generic' | 'aws' | 'azure' | 'gcp' | ''>;
} = {
  creds: string({ description: 'login as user:password, or a token; without it that of `docker login`' }),
  'insecure-registry': boolean({ description: 'takes http, and https with any certificate' }),
  provider: choice({
    options: ['generic', 'aws', 'azure', 'gcp'],
    default: 'generic',
    description: 'cloud whose identity logs in to its own registry',
    refuse: (text) =>
      text === ''
        ? 'no source OCI provider given, please specify the source OCI provider name'
        : `source OCI provider '${text}' is not supported, must be one of: generic, aws, azure, gcp`,
  }),
};

/** What stays out of an artifact, and whether links are followed. */
export const IGNORE_PATHS_FLAG: Flag<readonly string[]> = strings({
  default: DEFAULT_IGNORE,
  description: 'what to leave out, in the form of .gitignore; can be repeated, and replaces the default',
});

/** How the registry is to be reached, from the flags. */
export function registryChoiceOf(flags: FlagValues<typeof REGISTRY_FLAGS>): RegistryChoice {
  return { creds: flags.creds, provider: flags.provider || 'generic', insecure: flags['insecure-registry'] };
}
