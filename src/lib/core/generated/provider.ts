// Generated from manifests/crds by `npm run generate`. Do not edit.
import type { K8sObject } from '../objects.ts';

/** `spec` of a Provider. */
export type ProviderSpec = {
  address?: string;
  certSecretRef?: {
    name: string;
  };
  channel?: string;
  commitStatusExpr?: string;
  interval?: string;
  proxy?: string;
  proxySecretRef?: {
    name: string;
  };
  secretRef?: {
    name: string;
  };
  serviceAccountName?: string;
  suspend?: boolean;
  timeout?: string;
  type:
    | 'slack'
    | 'discord'
    | 'msteams'
    | 'rocket'
    | 'generic'
    | 'generic-hmac'
    | 'github'
    | 'gitlab'
    | 'gitea'
    | 'giteapullrequestcomment'
    | 'bitbucketserver'
    | 'bitbucket'
    | 'azuredevops'
    | 'googlechat'
    | 'googlepubsub'
    | 'webex'
    | 'sentry'
    | 'azureeventhub'
    | 'telegram'
    | 'lark'
    | 'matrix'
    | 'opsgenie'
    | 'alertmanager'
    | 'grafana'
    | 'githubdispatch'
    | 'githubpullrequestcomment'
    | 'gitlabmergerequestcomment'
    | 'pagerduty'
    | 'datadog'
    | 'nats'
    | 'zulip'
    | 'otel';
  username?: string;
};

/** A Provider of notification.toolkit.fluxcd.io/v1beta3. */
export interface Provider extends K8sObject {
  apiVersion: 'notification.toolkit.fluxcd.io/v1beta3';
  kind: 'Provider';
  spec: ProviderSpec;
}
