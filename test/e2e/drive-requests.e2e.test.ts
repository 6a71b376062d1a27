import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { drive, type WorldPort } from '../../src/lib/features/reconcile/index.ts';
import { countRequests } from '../support/count-requests.ts';
import { configMapFile, kustomization, prepareApp } from '../support/drive-objects.ts';
import { type DriveGround, openDriveGround } from '../support/drive-ground.ts';
import { drivePorts } from '../support/drive-ports.ts';
import type { GitServer } from '../support/git-server.ts';

const OBJECTS = 20;

/** Steps that last long are told of in the status; how long they last here depends on the machine. */
const TOLD_AFTER_MS = 1_000;
const WORLD: WorldPort = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await sleep(ms === TOLD_AFTER_MS ? 600_000 : ms, undefined, signal === undefined ? {} : { signal });
  },
  uniqueId: () => randomUUID(),
  hostName: 'test',
};

describe('what a driven run asks of the API server', { timeout: 120_000 }, () => {
  let ground: DriveGround;
  let kube: KubeClient;
  let git: GitServer;

  before(async () => {
    ground = await openDriveGround();
    ({ kube, git } = ground);
  });

  after(() => ground?.close());

  /** Drives all of a namespace and gives what that asked, of the kinds that are looked at here. */
  const count = async (namespace: string): Promise<Record<string, number>> => {
    const counted = countRequests(kube);
    const report = await drive({ from: 'cluster', namespace }, { ...drivePorts(counted.kube), world: WORLD });
    assert.equal(report.isDone, true);
    const looked = /^\S+ (ConfigMap|Kustomization|Kustomization\/status|selfsubjectaccessreviews|Event)$/;
    return Object.fromEntries([...counted.counts].filter(([what]) => looked.test(what)));
  };

  it('is one dry run for an object that is as it should be, and two requests for a new one', async () => {
    const namespace = `requests-${process.pid}`;
    const names = Array.from({ length: OBJECTS }, (_, index) => `map-${index}`);
    const files = Object.fromEntries(names.map((name) => [`deploy/${name}.yaml`, configMapFile(name, 'git')]));
    await prepareApp(kube, git, namespace, files, { wait: true });
    const fresh = await count(namespace);
    assert.deepEqual(
      [fresh['dry-run ConfigMap'], fresh['apply ConfigMap'], fresh['get ConfigMap']],
      [OBJECTS, OBJECTS, undefined],
    );
    // The finalizer; the inventory before the first write; how it ended.
    assert.deepEqual([fresh['patch Kustomization'], fresh['patch Kustomization/status']], [1, 2]);
    const again = await count(namespace);
    assert.deepEqual(again, {
      // One of the Kustomization, one of its source.
      'create Event': 2,
      'dry-run ConfigMap': OBJECTS,
      'get Kustomization': 1,
      'list ConfigMap': 1,
      // Before the Leases are taken, to know which, and under them.
      'list Kustomization': 2,
      'patch Kustomization/status': 1,
      'post selfsubjectaccessreviews': 3,
    });
  });

  it('is one list and one review for all Kustomizations that work in one place', async () => {
    const namespace = `together-${process.pid}`;
    const apps = Array.from({ length: 8 }, (_, index) => `app-${index}`);
    const files = Object.fromEntries(
      apps.flatMap((app) => [0, 1, 2].map((n) => [`${app}/map-${n}.yaml`, configMapFile(`${app}-${n}`, 'git')])),
    );
    await prepareApp(kube, git, namespace, { ...files, 'deploy/own.yaml': configMapFile('own', 'git') }, {});
    for (const app of apps) await kube.create(kustomization(namespace, app, { path: `./${app}`, wait: true }));
    await count(namespace);
    const again = await count(namespace);
    assert.equal(again['dry-run ConfigMap'], 25);
    assert.equal(again['post selfsubjectaccessreviews'], 3);
    assert.equal(again['list ConfigMap'], 1);
    // Those that were looked for before it was clear that there are many.
    assert.ok((again['get ConfigMap'] ?? 0) < 20, `${again['get ConfigMap']} single reads`);
    assert.equal(again['patch Kustomization/status'], 9);
  });
});
