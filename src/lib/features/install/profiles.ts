/** How the rights of the controllers are cut. */
export type RbacProfile = 'standard' | 'least-privilege' | 'namespaced';

/** The profiles that there are, the default first. */
export const RBAC_PROFILES: readonly RbacProfile[] = ['standard', 'least-privilege', 'namespaced'];

/** The account that acts for the Kustomization of the installation itself, where controllers act as accounts only. */
export const PLATFORM_ACCOUNT = 'flux-platform';

/**
 * The account that acts for an object that names none, under `--multi-tenant` and in every profile but `standard`. Nobody
 * should grant it anything.
 */
export const FALLBACK_ACCOUNT = 'default';

/** The choices that decide about rights. */
export interface ProfileOptions {
  /** Default: `standard`, which is what Flux ships, to the letter. */
  readonly rbac: RbacProfile;
  /** Namespaces that are worked for besides that of the installation, for `namespaced`. Default: none. */
  readonly watchNamespaces: readonly string[];
  /** True locks tenants in, with any profile. Default: false. */
  readonly multiTenant: boolean;
  /** True where a Kustomization keeps the installation, as after bootstrapping. Default: false. */
  readonly selfManaged: boolean;
  /** Account of the cluster that the source of the installation itself logs in to a cloud as. Default: none. */
  readonly sourceAccount?: string;
}

/** What `ProfileOptions` are where nothing is said. */
export const DEFAULT_PROFILE: ProfileOptions = Object.freeze({
  rbac: 'standard',
  watchNamespaces: [],
  multiTenant: false,
  selfManaged: false,
});

/**
 * Names the account for the Kustomization that keeps the installation.
 *
 * Effects: none
 *
 * @returns undefined where kustomize-controller acts as itself, as upstream has it
 */
export function selfAccountOf({ rbac, multiTenant }: Pick<ProfileOptions, 'rbac' | 'multiTenant'>): string | undefined {
  if (rbac !== 'standard') return PLATFORM_ACCOUNT;
  // Without a name the fallback account would act, which may do nothing. This is the name that Flux's reference gives.
  return multiTenant ? 'kustomize-controller' : undefined;
}
