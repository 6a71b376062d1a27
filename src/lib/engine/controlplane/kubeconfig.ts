/** What a kubeconfig of the sandbox says. */
export interface KubeconfigContent {
  /** Name of the cluster, the context and (with the user's name before it) the user. */
  readonly name: string;
  readonly server: string;
  /** PEM */
  readonly authority: string;
  readonly user: string;
  /** PEM */
  readonly certificate: string;
  /** PEM */
  readonly key: string;
}

/**
 * Writes a kubeconfig with one cluster and one user, who has a client certificate. The user's entry is named after the
 * cluster too, so that merging it with other files does not clash.
 *
 * Effects: none
 */
export function formatKubeconfig(content: KubeconfigContent): string {
  const encode = (pem: string) => Buffer.from(pem, 'utf8').toString('base64');
  return `apiVersion: v1
kind: Config
clusters:
- name: ${content.name}
  cluster:
    certificate-authority-data: ${encode(content.authority)}
    server: ${content.server}
contexts:
- name: ${content.name}
  context:
    cluster: ${content.name}
    user: ${content.user}@${content.name}
current-context: ${content.name}
users:
- name: ${content.user}@${content.name}
  user:
    client-certificate-data: ${encode(content.certificate)}
    client-key-data: ${encode(content.key)}
`;
}
