import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { JsonObject } from '../../src/lib/core/json.ts';
import type { KubeClient } from '../../src/lib/engine/kube/index.ts';
import { drive } from '../../src/lib/features/reconcile/index.ts';
import { countRequests } from '../support/count-requests.ts';
import { kustomization, prepareApp } from '../support/drive-objects.ts';
import { type DriveGround, openDriveGround } from '../support/drive-ground.ts';
import { createStory, drivePorts } from '../support/drive-ports.ts';
import type { GitServer } from '../support/git-server.ts';

const job = (name: string): string => `apiVersion: batch/v1
kind: Job
metadata: {name: ${name}}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: work, image: example.com/work:1}]
`;

describe('health of driven runs', { timeout: 120_000 }, () => {
  let ground: DriveGround;
  let kube: KubeClient;
  let git: GitServer;

  before(async () => {
    ground = await openDriveGround();
    ({ kube, git } = ground);
  });

  after(() => ground?.close());

  const setStatus = (namespace: string, name: string, status: JsonObject) =>
    kube.patch({ apiVersion: 'batch/v1', kind: 'Job', namespace, name }, { status }, { type: 'merge', subresource: 'status' });

  /** Waits until an object is there. */
  const appear = async (namespace: string, name: string): Promise<void> => {
    const options = { namespace, fieldSelector: `metadata.name=${name}`, signal: AbortSignal.timeout(60_000) };
    for await (const event of kube.watch({ apiVersion: 'batch/v1', kind: 'Job' }, options)) if (event.type === 'ADDED') return;
  };

  it('says at once that an object has failed, why, and what was last told of it', async () => {
    const namespace = `stalls-${process.pid}`;
    await prepareApp(kube, git, namespace, { 'deploy/job.yaml': job('seed') }, { wait: true, timeout: '10m' });
    const story = createStory();
    const running = drive({ from: 'cluster', namespace }, drivePorts(kube, story));
    await appear(namespace, 'seed');
    // As the Job controller would, which does not run here.
    const involvedObject = { apiVersion: 'batch/v1', kind: 'Job', namespace, name: 'seed' };
    const message = 'Job has reached the specified backoff limit';
    const time = new Date().toISOString().slice(0, 19);
    await kube.create({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'seed.1', namespace },
      involvedObject,
      type: 'Warning',
      reason: 'BackoffLimitExceeded',
      message,
      count: 2,
      firstTimestamp: `${time}Z`,
      lastTimestamp: `${time}Z`,
    });
    const failed = { status: 'True', reason: 'BackoffLimitExceeded', message, lastTransitionTime: `${time}Z` };
    await setStatus(namespace, 'seed', {
      startTime: `${time}Z`,
      failed: 1,
      conditions: [
        { type: 'FailureTarget', ...failed },
        { type: 'Failed', ...failed },
      ],
    });
    const report = await running;
    const [app] = report.kustomizations;
    assert.equal(app?.error?.code, 'health/failed');
    const told = `Job/${namespace}/seed: BackoffLimitExceeded (2 times): ${message}`;
    assert.deepEqual(app?.error?.['details'] && (app.error['details'] as JsonObject)['events'], [told]);
    assert.ok(
      story.lines.some((line) => line.includes(told)),
      story.lines.join('\n'),
    );
  });

  it('watches a kind in a namespace once, however many Kustomizations wait for objects there', async () => {
    const namespace = `waits-${process.pid}`;
    const names = Array.from({ length: 6 }, (_, index) => `job-${index}`);
    const files = Object.fromEntries(names.map((name) => [`${name}/job.yaml`, job(name)]));
    await prepareApp(kube, git, namespace, { ...files, 'deploy/job.yaml': job('own') }, { wait: true, timeout: '10m' });
    for (const name of names)
      await kube.create(kustomization(namespace, name, { path: `./${name}`, wait: true, timeout: '10m' }));
    const counted = countRequests(kube);
    const running = drive({ from: 'cluster', namespace }, drivePorts(counted.kube));
    const time = `${new Date().toISOString().slice(0, 19)}Z`;
    for (const name of ['own', ...names]) {
      await appear(namespace, name);
      const complete = { status: 'True', lastTransitionTime: time };
      await setStatus(namespace, name, {
        startTime: time,
        completionTime: time,
        succeeded: 1,
        conditions: [
          { type: 'SuccessCriteriaMet', ...complete },
          { type: 'Complete', ...complete },
        ],
      });
    }
    const report = await running;
    assert.equal(report.isDone, true, JSON.stringify(report.kustomizations.map(({ error }) => error?.message)));
    // Two by themselves, and from the third on one for all.
    assert.ok((counted.counts.get('watch Job') ?? 0) <= 3, `${counted.counts.get('watch Job')} watches`);
  });
});
