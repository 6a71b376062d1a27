import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AdminConnection } from '../../../../../src/lib/engine/controlplane/connect-admin.ts';
import {
  selectFailedChecks,
  waitForApiserver,
  waitForControllers,
} from '../../../../../src/lib/engine/controlplane/wait-ready.ts';
import { testHost, tickingClock } from '../../../../support/test-host.ts';

/** Answers each path with its next answer, and with the last one from then on. */
function answering(answers: Record<string, (readonly [number, string])[]>): AdminConnection {
  return {
    read: async (path) => {
      const next = answers[path] ?? [];
      const [status, body] = (next.length > 1 ? next.shift() : next[0]) ?? [404, ''];
      return { status, body };
    },
    close: () => {},
  };
}

const host = testHost({ now: tickingClock(100) });
const options = { timeoutMs: 1_000, pollMs: 1 };

describe('waitForApiserver()', () => {
  it('waits until /readyz is good', async () => {
    const admin = answering({
      '/readyz': [
        [0, ''],
        [500, '[-]etcd failed'],
        [200, 'ok'],
      ],
    });
    await waitForApiserver(admin, host, options);
    assert.deepEqual(await admin.read('/readyz'), { status: 200, body: 'ok' });
  });

  it('names the checks that still fail when the time is over: controlplane/not-ready', async () => {
    const admin = answering({ '/readyz': [[500, '[+]ping ok\n[-]etcd failed: reason withheld\n']] });
    await assert.rejects(waitForApiserver(admin, host, options), {
      code: 'controlplane/not-ready',
      message: 'kube-apiserver is not ready after 1s: failing checks: etcd',
    });
  });

  it('stops waiting for a process that has ended', async () => {
    const ended = Promise.reject(new Error('it ended'));
    ended.catch(() => {});
    await assert.rejects(waitForApiserver(answering({}), host, { ...options, ended: [ended] }), /^Error: it ended$/);
  });

  it('stops waiting when it is aborted', async () => {
    const signal = AbortSignal.abort(new Error('stop'));
    await assert.rejects(waitForApiserver(answering({}), host, { ...options, signal }), /^Error: stop$/);
  });
});

describe('waitForApiserver() with a server that listens but does not answer', () => {
  it('stops waiting all the same when it is aborted', async () => {
    const controller = new AbortController();
    const read = () => {
      controller.abort(new Error('stop'));
      return new Promise<never>(() => {});
    };
    const admin = { read, close: () => {} };
    await assert.rejects(waitForApiserver(admin, host, { ...options, signal: controller.signal }), /^Error: stop$/);
  });
});

describe('waitForControllers()', () => {
  it('waits for the default account and for the rules of the aggregated roles', async () => {
    const role = (rules: unknown) => [200, JSON.stringify({ rules })] as const;
    const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles/';
    const account = '/api/v1/namespaces/default/serviceaccounts/default';
    const admin = answering({
      [account]: [
        [404, ''],
        [200, '{}'],
      ],
      [`${path}admin`]: [role(null), role([]), role([{ verbs: ['get'] }])],
      [`${path}edit`]: [role([{ verbs: ['get'] }])],
      [`${path}view`]: [role([{ verbs: ['get'] }])],
    });
    await waitForControllers(admin, host, options);
    await assert.rejects(waitForControllers(answering({ [account]: [[200, '{}']] }), host, options), {
      code: 'controlplane/not-ready',
      message: 'kube-controller-manager is not ready after 1s: there is no ClusterRole admin yet',
    });
  });
});

describe('selectFailedChecks()', () => {
  it('gives any other answer as it is, cut', () => {
    assert.equal(selectFailedChecks('Forbidden\n'), 'Forbidden');
    assert.equal(selectFailedChecks('x'.repeat(500)).length, 200);
  });
});
