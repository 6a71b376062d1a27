import { formatAccount } from '../../core/account-name.ts';
import { isFluxError, messageOf } from '../../core/errors.ts';
import { FINALIZER, GROUP } from '../../core/flux.ts';
import { formatSubject, type K8sObject, type ObjectRef, refOf } from '../../core/objects.ts';
import { fromMemory } from '../../engine/filesys/index.ts';
import { reconcileKustomization, type ReconcilePorts, type SourceContents } from '../reconcile/index.ts';
import { classifyRefusal } from './probe.ts';
import { type Controllers, flagOf, readControllers } from './read-controllers.ts';
import type { EscapeTenant, RealAttack } from './types.ts';
import { PROBE } from './world.ts';

/** A commit that nobody made. */
const REVISION = `main@sha1:${'0'.repeat(40)}`;
const DIGEST = `sha256:${'0'.repeat(64)}`;

/** Where an attack comes from. */
export interface AttackSource {
  readonly tenant: EscapeTenant;
  /** Of the throw-away cluster, under an administrator. */
  readonly ports: ReconcilePorts;
  readonly fluxNamespace: string;
}

/**
 * Makes attacks that are run: the tenant stores a Kustomization, and it is reconciled by the code that drives, as the account of
 * kustomize-controller and with the flags that its Deployment has. No rights are asked for beforehand, as in the controller, so
 * what stops the attack is what stops it in a cluster. The files are handed over without Git.
 *
 * Effects: writes the cluster, and takes away again what it wrote
 */
export function attackByDrive({ tenant, ports, fluxNamespace }: AttackSource): RealAttack {
  const { kube } = ports;
  return {
    async run({ namespace, sourceNamespace = namespace, spec, files, target }) {
      const source: K8sObject = {
        apiVersion: `${GROUP.source}/v1`,
        kind: 'GitRepository',
        metadata: { name: PROBE, namespace: sourceNamespace },
        spec: {
          interval: '10m',
          url: 'https://git.example.com/probe.git',
          ref: { branch: 'main' },
          // A policy that wants signatures is a vector of its own, and not to hide this one.
          verify: { mode: 'HEAD', secretRef: { name: PROBE } },
        },
      };
      const kustomization: K8sObject = {
        apiVersion: `${GROUP.kustomize}/v1`,
        kind: 'Kustomization',
        metadata: { name: PROBE, namespace },
        spec: {
          interval: '10m',
          prune: true,
          sourceRef: {
            kind: 'GitRepository',
            name: PROBE,
            ...(sourceNamespace === namespace ? {} : { namespace: sourceNamespace }),
          },
          ...spec,
        },
      };
      try {
        await kube.create(source);
        const artifact = {
          revision: REVISION,
          digest: DIGEST,
          path: PROBE,
          url: 'http://localhost/',
          size: 1,
          lastUpdateTime: '2026-01-01T00:00:00Z',
        };
        await kube.patch(refOf(source), { status: { artifact } }, { type: 'merge', subresource: 'status' });
        const refusal = await storeAsTenant(kustomization);
        if (refusal !== undefined) return { reached: false, message: refusal };
        const controllers = await readControllers(kube, fluxNamespace);
        const report = await reconcile(refOf(kustomization), controllers, files);
        const reached = (await kube.get(target)) !== undefined;
        return {
          reached,
          message: reached
            ? `${formatSubject(target)} was written`
            : (report.error?.message ?? `${formatSubject(target)} was not written`),
        };
      } finally {
        await clean([refOf(kustomization), refOf(source), target]);
      }
    },
  };

  /** Stores the Kustomization under the tenant's account; says who refused it. */
  async function storeAsTenant(kustomization: K8sObject): Promise<string | undefined> {
    const { namespace } = kustomization.metadata;
    const account = tenant.accounts.find((one) => one.namespace === namespace);
    try {
      await kube.impersonate(formatAccount({ namespace: namespace ?? '', name: account?.name ?? '' })).create(kustomization);
      return undefined;
    } catch (error) {
      const outcome = classifyRefusal(error);
      return outcome.kind === 'refused' ? outcome.guard : messageOf(error);
    }
  }

  async function reconcile(ref: ObjectRef, { byName, namespace }: Controllers, files: Readonly<Record<string, string>>) {
    const controller = byName.get('kustomize-controller');
    const args = controller?.args ?? [];
    const account = flagOf(args, 'default-service-account') ?? '';
    const acting = kube.impersonate(formatAccount({ namespace, name: controller?.serviceAccount ?? 'kustomize-controller' }));
    return await reconcileKustomization(
      ref,
      // The status is the administrator's to write here, so that a narrow role does not end an attack before it begins.
      { ...ports, kube: acting, recordEvents: false },
      {
        contents: contentsOf(files),
        skipPreflight: true,
        noCrossNamespaceRefs: flagOf(args, 'no-cross-namespace-refs') === 'true',
        ...(account === '' ? {} : { defaultServiceAccount: account }),
      },
    );
  }

  async function clean(refs: readonly ObjectRef[]): Promise<void> {
    for (const ref of refs) {
      try {
        const live = await kube.get(ref);
        if (live?.metadata.finalizers?.includes(FINALIZER) === true)
          await kube.patch(ref, { metadata: { finalizers: null } }, { type: 'merge' });
        if (live !== undefined) await kube.delete(ref, { propagationPolicy: 'Background' });
      } catch (error) {
        if (!isFluxError(error, 'kube/not-found') && !isFluxError(error, 'kube/unknown-kind')) throw error;
      }
    }
  }
}

/** The files of the attack, in the place of what a source would give. */
function contentsOf(files: Readonly<Record<string, string>>): SourceContents {
  const content = { files: fromMemory(files), digest: DIGEST, sizeBytes: 1 };
  return { packs: { keep: (_key, load) => load() }, fetch: async () => content, build: async () => content };
}
