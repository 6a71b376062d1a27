import { isJsonObject } from '../../../core/json.ts';
import { type K8sObject, refOf } from '../../../core/objects.ts';
import { readText } from '../../../core/read-object.ts';
import { listOf } from '../grants.ts';
import type { AuditRule, Finding, ListName, Severity, Snapshot } from '../types.ts';

/** Where what is applied comes from, and who may set it going. */
export const SOURCES: readonly AuditRule[] = [
  {
    id: 'C5',
    title: 'Sources are verified',
    why: 'without a signature whoever can write to the repository, or to what stands between, decides what is applied',
    needs: ['gitRepositories', 'ociRepositories', 'helmCharts'],
    find: (snapshot) => [
      ...unverified(
        snapshot,
        'gitRepositories',
        'set spec.verify with a Secret of the public keys (flux-ts create source git --verify-mode)',
      ),
      ...unverified(snapshot, 'ociRepositories', 'set spec.verify: {provider: cosign, …} or notation'),
      ...unverified(snapshot, 'helmCharts', 'set verify on the HelmRelease’s chart, or use a signed OCIRepository'),
    ],
  },
  {
    id: 'C7',
    title: 'Sources are fetched over TLS or SSH',
    why: 'over plain HTTP whoever stands between reads the login and replaces what is applied',
    needs: ['gitRepositories', 'ociRepositories', 'buckets', 'helmRepositories', 'imageRepositories'],
    find: findPlain,
  },
  {
    id: 'C6',
    title: 'Receivers authenticate their callers',
    why: 'a webhook whose caller proves nothing can be called by everybody who learns its URL',
    needs: ['receivers'],
    find: findOpenReceivers,
  },
];

function unverified(snapshot: Snapshot, list: ListName, mend: string): Finding[] {
  return listOf(snapshot, list)
    .filter((object) => !isJsonObject(object['spec']) || !isJsonObject(object['spec']['verify']))
    .filter((object) => !isCopy(object))
    .map((object) => ({
      severity: 'medium' as const,
      subject: refOf(object),
      finding: 'is not verified: spec.verify is not set',
      mend,
    }));
}

/** A chart that helm-controller made is the HelmRelease's; charts of OCI repositories alone can be verified. */
function isCopy(object: K8sObject): boolean {
  return object.kind === 'HelmChart' && readText(object, 'spec', 'sourceRef', 'kind') !== 'HelmRepository';
}

function findPlain(snapshot: Snapshot): Finding[] {
  const lists: readonly ListName[] = ['gitRepositories', 'ociRepositories', 'buckets', 'helmRepositories', 'imageRepositories'];
  return lists.flatMap((name) =>
    listOf(snapshot, name).flatMap((object): Finding[] => {
      const url = readText(object, 'spec', 'url');
      const isInsecure = isJsonObject(object['spec']) && object['spec']['insecure'] === true;
      if (!isInsecure && !/^http:/i.test(url)) return [];
      const severity: Severity =
        isInsecure || isJsonObject((object['spec'] as { secretRef?: unknown }).secretRef as never) ? 'high' : 'medium';
      return [
        {
          severity,
          subject: refOf(object),
          finding: isInsecure ? 'is fetched without checking TLS: spec.insecure is true' : 'is fetched over plain HTTP',
          mend: isInsecure
            ? 'take spec.insecure out, and name the authority in spec.certSecretRef'
            : 'write https:// or ssh:// into spec.url',
        },
      ];
    }),
  );
}

/** What the shape of a request alone proves is nothing. */
const UNPROVEN: readonly string[] = ['generic', 'quay', 'dockerhub', 'acr', 'cdevents'];

function findOpenReceivers(snapshot: Snapshot): Finding[] {
  return listOf(snapshot, 'receivers').flatMap((object): Finding[] => {
    const type = readText(object, 'spec', 'type');
    const subject = refOf(object);
    if (!UNPROVEN.includes(type)) return [];
    return [
      {
        severity: type === 'generic' ? 'medium' : 'low',
        subject,
        finding: `is of type ${type}: who knows its URL may call it`,
        mend:
          type === 'generic'
            ? 'use spec.type: generic-hmac or generic-oidc'
            : 'this sender signs nothing; keep the URL secret, and let only its addresses through',
      },
    ];
  });
}
