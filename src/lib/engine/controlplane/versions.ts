/** The Kubernetes version that the sandbox runs; `tools/kubernetes/go.mod` pins the same one. */
export const KUBERNETES_VERSION = 'v1.36.3';

/** A semantic version, as Kubernetes' binaries stamp it. */
export interface KubernetesVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** What stands after the patch (`-rc.1`, `+k3s1`); may be empty. */
  readonly suffix: string;
}

/**
 * Reads a version such as `v1.36.3`; `undefined` where the text is not one.
 *
 * Effects: none
 *
 * @example parseKubernetesVersion('v1.36.3') // { major: 1, minor: 36, patch: 3, suffix: '' }
 */
export function parseKubernetesVersion(text: string): KubernetesVersion | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)([-+][0-9A-Za-z.+-]+)?$/.exec(text.trim());
  if (match === null) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]), suffix: match[4] ?? '' };
}

/**
 * Writes a version with its leading `v`.
 *
 * Effects: none
 */
export function formatKubernetesVersion(version: KubernetesVersion): string {
  return `v${version.major}.${version.minor}.${version.patch}${version.suffix}`;
}

/**
 * Returns the linker flags of a Kubernetes binary: no symbol tables, and the version that `/version` reports.
 * Without the stamp clients see `v0.0.0-master`.
 *
 * Effects: none
 */
export function formatKubernetesLinkerFlags(version: KubernetesVersion): string {
  const stamp = 'k8s.io/component-base/version';
  return [
    '-s -w',
    `-X ${stamp}.gitVersion=${formatKubernetesVersion(version)}`,
    `-X ${stamp}.gitMajor=${version.major}`,
    `-X ${stamp}.gitMinor=${version.minor}`,
  ].join(' ');
}
