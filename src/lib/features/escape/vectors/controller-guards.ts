import { closed, inapplicable, open, unknown } from '../attempts.ts';
import { tryCreate } from '../probe.ts';
import { type Controller, flagOf } from '../read-controllers.ts';
import type { Attempt } from '../types.ts';
import { controllerOf, type EscapeWorld, inPlace, judgeByFlag, judgeFlag, type FlagGuard, PROBE, type Vector } from '../world.ts';
import { helmRelease, kustomization } from './probe-objects.ts';

/** A kubeconfig can have a command in it. */
export const KUBECONFIG: Vector = {
  id: 'E5',
  title: 'kubeConfig with a command, or no TLS',
  async attempts(world) {
    const attempts: Attempt[] = [];
    const spec = { kubeConfig: { secretRef: { name: PROBE } } };
    for (const place of world.places) {
      for (const [controller, object] of [
        ['kustomize-controller', kustomization(place.namespace, place.account, spec)],
        ['helm-controller', helmRelease(place.namespace, place.account, spec)],
      ] as const) {
        const outcome = await tryCreate(place.kube, object);
        for (const flag of ['insecure-kubeconfig-exec', 'insecure-kubeconfig-tls']) {
          const guard: FlagGuard = {
            controller,
            flag,
            holds: (value) => value !== 'true',
            wanted: `no --${flag}`,
            mend: `take --${flag} from ${controller}`,
          };
          attempts.push(
            judgeByFlag(
              `${object.kind} with spec.kubeConfig${inPlace(world, place)}, ${flag.replace('insecure-kubeconfig-', '')}`,
              outcome,
              guard,
              world,
            ),
          );
        }
      }
    }
    return attempts;
  },
};

/** Files of a repository lead nowhere else. */
export const PATH_ESCAPE: Vector = {
  id: 'E6',
  title: 'path out of the repository',
  async attempts(world) {
    const real =
      world.attack === undefined
        ? []
        : [
            await attackFiles(
              world,
              'for real: a kustomization that reads /etc/passwd',
              'resources: [loot.yaml]\nconfigMapGenerator: [{name: passwd, files: ["../../../../../../../../etc/passwd"]}]\n',
            ),
          ];
    return [byVersion(world, 'kustomize-controller', [1, 0], 'confines files (CVE-2022-24877, CVE-2022-24878)'), ...real];
  },
};

/** What is fetched while building was never verified. */
export const REMOTE_BASE: Vector = {
  id: 'E7',
  title: 'remote base',
  async attempts(world) {
    const guard: FlagGuard = {
      controller: 'kustomize-controller',
      flag: 'no-remote-bases',
      holds: (value) => value === 'true',
      wanted: '--no-remote-bases',
      mend: 'flux-ts install --multi-tenant',
    };
    return [judgeFlag('kustomization with resources: [https://…]', guard, world.controllers)];
  },
};

/** What stands in a Secret is not run. */
export const COMMAND_INJECTION: Vector = {
  id: 'E8',
  title: 'command in a Secret',
  async attempts(world) {
    return [byVersion(world, 'kustomize-controller', [1, 0], 'runs no shell (CVE-2021-41254)')];
  },
};

/** Keys of the platform decrypt what anybody brings. */
export const CONTROLLER_KEYS: Vector = {
  id: 'E9',
  title: 'keys of the controller',
  async attempts(world) {
    const attempts: Attempt[] = [closed('variables (substituteFrom)', 'names resolve in the own namespace only')];
    for (const place of world.places) {
      const object = kustomization(place.namespace, place.account, { decryption: { provider: 'sops' } });
      const what = `decryption without keys of its own${inPlace(world, place)}`;
      const outcome = await tryCreate(place.kube, object);
      attempts.push(
        outcome.kind === 'admitted'
          ? judgeKeys(world, what)
          : judgeByFlag(what, outcome, { controller: '', flag: '', holds: () => false, wanted: '', mend: '' }, world),
      );
    }
    return attempts;
  },
};

function judgeKeys(world: EscapeWorld, what: string): Attempt {
  const { state } = world.controllers;
  if (state === 'unreadable') return unknown(what, 'the flags of kustomize-controller cannot be read');
  const controller = controllerOf(world, 'kustomize-controller');
  if (controller === undefined) {
    return state === 'absent'
      ? unknown(what, 'Flux is not installed, and whether it will have keys is not known')
      : inapplicable(what, 'kustomize-controller is not installed');
  }
  return judgeKeysOf(controller, what);
}

function judgeKeysOf(controller: Controller, what: string): Attempt {
  const ageSecret = flagOf(controller.args, 'sops-age-secret') ?? '';
  if (ageSecret !== '') return open(what, `--sops-age-secret=${ageSecret} decrypts for everybody`, '--admission-policy');
  const fallback = flagOf(controller.args, 'default-decryption-service-account') ?? '';
  if (fallback !== '') return closed(what, `--default-decryption-service-account=${fallback}`);
  const [identity] = controller.cloudIdentities;
  if (identity !== undefined) return open(what, `kustomize-controller has a cloud identity (${identity})`, '--admission-policy');
  return unknown(what, 'kustomize-controller shows no key, but may have the identity of its node');
}

/** A receiver takes orders from outside. */
export const RECEIVER_FORGERY: Vector = {
  id: 'E18',
  title: 'forged call of a Receiver',
  async attempts(world) {
    return [byVersion(world, 'notification-controller', [1, 9], 'wants e-mail and audience (CVE-2026-40109)')];
  },
};

/** Judges by the version in which something was mended. */
function byVersion(world: EscapeWorld, name: string, since: readonly [number, number], does: string): Attempt {
  const what = `version of ${name}`;
  const { state, byName } = world.controllers;
  if (state === 'unreadable') return unknown(what, `the Deployment ${name} cannot be read`);
  const controller = byName.get(name);
  if (controller === undefined) return inapplicable(what, `${name} is not installed`);
  const [major, minor] = controller.version;
  if (major === undefined || minor === undefined) return unknown(what, `the image of ${name} has no tag with its version`);
  const version = `v${controller.version.join('.')}`;
  return major > since[0] || (major === since[0] && minor >= since[1])
    ? closed(what, `${name} ${version} ${does}`)
    : open(what, `${name} ${version} is too old`, `install v${since.join('.')} or later`);
}

async function attackFiles({ attack, places }: EscapeWorld, what: string, kustomizationFile: string): Promise<Attempt> {
  const [place] = places;
  if (attack === undefined || place === undefined) return inapplicable(what, 'there is no account to attack with');
  const { reached, message } = await attack.run({
    namespace: place.namespace,
    spec: { serviceAccountName: place.account, targetNamespace: place.namespace },
    files: {
      'kustomization.yaml': kustomizationFile,
      'loot.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${PROBE}\n`,
    },
    target: { apiVersion: 'v1', kind: 'ConfigMap', namespace: place.namespace, name: PROBE },
  });
  return reached ? open(what, message, 'install a current version of Flux') : closed(what, message);
}
