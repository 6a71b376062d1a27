import type { ConnectionFlags } from '../context.ts';
import { boolean, duration, type Flag, integer, number, string, stringArray } from './flags.ts';

/** The values of the global flags. */
export interface GlobalValues extends ConnectionFlags {
  readonly 'kube-api-burst': number;
  readonly 'kube-api-qps': number;
  /** Milliseconds. */
  readonly timeout: number;
}

/**
 * Flags that every command has: kubectl's own connection flags, and those of the flux CLI.
 *
 * Source: fluxcd/flux2 cmd/flux/main.go
 */
export const GLOBAL_FLAGS: { readonly [K in keyof GlobalValues]: Flag<GlobalValues[K]> } = {
  as: string({ description: 'user to impersonate; it may be a service account in a namespace' }),
  'as-group': stringArray({ description: 'group to impersonate; can be repeated' }),
  'as-uid': string({ description: 'UID to impersonate' }),
  'as-user-extra': stringArray({ description: 'extra of the user to impersonate, key=value; can be repeated' }),
  'cache-dir': string({ description: 'folder for what was learned of API servers (default $HOME/.kube/cache)' }),
  'certificate-authority': string({ description: 'file with the certificate of the authority' }),
  'client-certificate': string({ description: 'file with a client certificate' }),
  'client-key': string({ description: 'file with the key of the client certificate' }),
  cluster: string({ description: 'cluster of the kubeconfig' }),
  context: string({ description: 'context of the kubeconfig' }),
  'disable-compression': boolean({ description: 'asks for responses without compression' }),
  'insecure-skip-tls-verify': boolean({ description: "does not check the server's certificate: anyone can listen in" }),
  'kube-api-burst': integer({ description: 'requests allowed in a burst', default: 300, hidden: true }),
  'kube-api-qps': number({ description: 'requests allowed per second', default: 50, hidden: true }),
  kubeconfig: string({ description: 'kubeconfig file' }),
  namespace: string({ short: 'n', description: 'namespace of the command', default: 'flux-system' }),
  'ns-follows-kube-context': boolean({ description: 'takes the namespace from the context of the kubeconfig' }),
  server: string({ description: 'URL of the API server' }),
  timeout: duration({ defaultText: '5m0s', description: 'time limit of the command' }),
  'tls-server-name': string({ description: "name to check the server's certificate against" }),
  token: string({ description: 'bearer token for the API server' }),
  user: string({ description: 'user of the kubeconfig' }),
  verbose: boolean({ description: 'shows the objects that are stored, too' }),
  yes: boolean({ description: 'answers yes to all questions' }),
};
