import type { K8sObject } from '../../../core/objects.ts';
import { closed, inapplicable, open } from '../attempts.ts';
import { tryCreate } from '../probe.ts';
import { access, may } from '../rights.ts';
import type { Attempt } from '../types.ts';
import { type EscapeWorld, inPlace, judgeByFlag, judgeRefusal, PROBE, type Vector } from '../world.ts';
import {
  alert,
  artifactGenerator,
  gitRepository,
  helmRelease,
  imageAutomation,
  imagePolicy,
  kustomization,
  receiver,
} from './probe-objects.ts';

const FLAG = 'no-cross-namespace-refs';
const MEND = '--admission-policy';

/** All references of Flux that can name a namespace: who follows them, and an object that has one. */
const REFERENCES: readonly (readonly [
  what: string,
  controller: string,
  make: (own: string, account: string, other: string) => K8sObject,
])[] = [
  [
    'Kustomization.sourceRef',
    'kustomize-controller',
    (own, account, other) => kustomization(own, account, { sourceRef: { kind: 'GitRepository', name: PROBE, namespace: other } }),
  ],
  [
    'HelmRelease.chart.sourceRef',
    'helm-controller',
    (own, account, other) =>
      helmRelease(own, account, {
        chart: { spec: { chart: './chart', sourceRef: { kind: 'GitRepository', name: PROBE, namespace: other } } },
      }),
  ],
  [
    'HelmRelease.chartRef',
    'helm-controller',
    (own, account, other) => helmRelease(own, account, { chartRef: { kind: 'OCIRepository', name: PROBE, namespace: other } }),
  ],
  ['Alert.eventSources', 'notification-controller', (own, _account, other) => alert(own, other)],
  ['Receiver.resources', 'notification-controller', (own, _account, other) => receiver(own, other)],
  ['ArtifactGenerator.sources', 'source-watcher', (own, _account, other) => artifactGenerator(own, other)],
  ['ImagePolicy.imageRepositoryRef', 'image-reflector-controller', (own, _account, other) => imagePolicy(own, other)],
  ['ImageUpdateAutomation.sourceRef', 'image-automation-controller', (own, _account, other) => imageAutomation(own, other)],
];

/** Flux reads what a reference names with its own rights, so RBAC has no say in it. */
export const CROSS_NAMESPACE: Vector = {
  id: 'E3',
  title: 'source of another namespace',
  async attempts(world) {
    const attempts: Attempt[] = [];
    for (const place of world.places) {
      for (const [reference, controller, make] of REFERENCES) {
        const outcome = await tryCreate(place.kube, make(place.namespace, place.account, world.platform));
        attempts.push(
          judgeByFlag(
            `${reference} in ${world.platform}${inPlace(world, place)}`,
            outcome,
            { controller, flag: FLAG, holds: (value) => value === 'true', wanted: `--${FLAG}`, mend: MEND },
            world,
          ),
        );
      }
    }
    if (world.attack !== undefined) attempts.push(await attackSource(world));
    return attempts;
  },
};

async function attackSource({ attack, places, platform }: EscapeWorld): Promise<Attempt> {
  const what = `for real: what a GitRepository in ${platform} has, applied into the own namespace`;
  const [place] = places;
  if (attack === undefined || place === undefined) return inapplicable(what, 'there is no account to attack with');
  const { reached, message } = await attack.run({
    namespace: place.namespace,
    sourceNamespace: platform,
    spec: { serviceAccountName: place.account, targetNamespace: place.namespace },
    files: { 'loot.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${PROBE}\n` },
    target: { apiVersion: 'v1', kind: 'ConfigMap', namespace: place.namespace, name: PROBE },
  });
  return reached ? open(what, message, MEND) : closed(what, message);
}

/** Where Flux itself lives, whoever may write is Flux. */
export const FLUX_NAMESPACE_OBJECTS: Vector = {
  id: 'E15',
  title: 'Flux objects beside the controllers',
  async attempts(world) {
    const { namespace } = world.controllers;
    const attempts: Attempt[] = [];
    if (world.foreign?.includes(namespace) === false)
      return [inapplicable(`objects in ${namespace}`, `there is no namespace ${namespace}`)];
    for (const place of world.places) {
      const objects = [kustomization(namespace, undefined), helmRelease(namespace, undefined), gitRepository(namespace)];
      for (const object of objects) {
        const what = `${object.kind} in ${namespace}`;
        const outcome = await tryCreate(place.kube, object);
        attempts.push(
          judgeRefusal(what, outcome) ??
            open(what, `${place.namespace}/${place.account} may create it`, `take that right from ${place.account}`),
        );
      }
      const what = `Secrets of ${namespace}`;
      attempts.push(
        (await may(place.kube, access('get', 'secrets', namespace)))
          ? open(what, `${place.namespace}/${place.account} may read them`, `take that right from ${place.account}`)
          : closed(what, `Role (denied: get secrets in ${namespace})`),
      );
    }
    return attempts;
  },
};
