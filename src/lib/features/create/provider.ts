import type { K8sObject } from '../../core/objects.ts';
import { missingFlag } from './check-flags.ts';
import type { ObjectBase } from './names-and-labels.ts';
import { fieldsOf, makeObject, nameRef } from './spec-fields.ts';

/** What a Provider is made of. Texts that are empty leave their field out. */
export interface ProviderOptions {
  readonly type: string;
  readonly address: string;
  readonly channel: string;
  readonly username: string;
  readonly secretRef: string;
}

/** The types that this release of Flux knows; fluxcd/notification-controller api/v1beta3. */
export const PROVIDER_TYPES: readonly string[] = [
  'slack',
  'discord',
  'msteams',
  'rocket',
  'generic',
  'generic-hmac',
  'github',
  'gitlab',
  'gitea',
  'giteapullrequestcomment',
  'bitbucketserver',
  'bitbucket',
  'azuredevops',
  'googlechat',
  'googlepubsub',
  'webex',
  'sentry',
  'azureeventhub',
  'telegram',
  'lark',
  'matrix',
  'opsgenie',
  'alertmanager',
  'grafana',
  'githubdispatch',
  'githubpullrequestcomment',
  'gitlabmergerequestcomment',
  'pagerduty',
  'datadog',
  'nats',
  'zulip',
  'otel',
];

/**
 * Makes a Provider.
 *
 * Effects: none
 * Source: fluxcd/flux2 cmd/flux/create_alertprovider.go
 *
 * @throws {FluxError} create/flag-missing
 */
export function makeProvider(base: ObjectBase, options: ProviderOptions): K8sObject {
  const { type, address, channel, username, secretRef } = options;
  if (type === '') throw missingFlag('type', 'Provider type is required');
  return makeObject('Provider', base, fieldsOf({ type, address, channel, username, secretRef: nameRef(secretRef) }));
}
