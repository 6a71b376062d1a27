import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatFlags } from '../../../../../src/lib/engine/controlplane/flags.ts';
import { COMPONENTS, layoutOf } from '../../../../../src/lib/engine/controlplane/layout.ts';

const layout = layoutOf('/state/demo');
const ports = { apiserver: 20001, etcdClient: 20002, etcdPeer: 20003 };
const flagsOf = (component: (typeof COMPONENTS)[number]) => formatFlags(component, layout, ports);

describe('formatFlags()', () => {
  it('lets nothing listen on any address but loopback', () => {
    const listening = COMPONENTS.flatMap(flagsOf).filter((flag) => /listen|bind|advertise|urls=|servers=/.test(flag));
    assert.ok(listening.length > 5);
    for (const flag of listening) assert.match(flag, /127\.0\.0\.1/);
    assert.ok(flagsOf('kube-controller-manager').includes('--secure-port=0'));
  });

  it('keeps RBAC and priority and fairness on', () => {
    const flags = flagsOf('kube-apiserver');
    assert.ok(flags.includes('--authorization-mode=RBAC'));
    assert.ok(flags.includes('--enable-priority-and-fairness=true'));
    assert.ok(flags.includes('--secure-port=20001'));
    assert.ok(flags.includes('--etcd-servers=https://127.0.0.1:20002'));
  });

  it('lets only clients with a certificate into etcd, which does not fsync', () => {
    const flags = flagsOf('etcd');
    for (const flag of ['--client-cert-auth', '--peer-client-cert-auth', '--unsafe-no-fsync']) assert.ok(flags.includes(flag));
    assert.ok(!flags.some((flag) => flag.includes('http://')));
  });

  it('puts further flags of the API server last, and on nothing else', () => {
    const extra = ['--audit-log-path=/tmp/audit.log'];
    assert.equal(formatFlags('kube-apiserver', layout, ports, extra).at(-1), extra[0]);
    assert.ok(!formatFlags('etcd', layout, ports, extra).includes('--audit-log-path=/tmp/audit.log'));
    const isAudited = (audit: boolean) =>
      formatFlags('kube-apiserver', layout, ports, [], audit).includes(`--audit-log-path=${layout.auditLog}`);
    assert.deepEqual([isAudited(true), isAudited(false)], [true, false]);
  });

  it('runs the controllers that make sense without nodes, each with an account of its own', () => {
    const flags = flagsOf('kube-controller-manager');
    assert.ok(flags.includes('--use-service-account-credentials=true'));
    const controllers = flags
      .find((flag) => flag.startsWith('--controllers='))
      ?.slice('--controllers='.length)
      .split(',');
    assert.deepEqual(controllers, [
      'namespace-controller',
      'garbage-collector-controller',
      'serviceaccount-controller',
      'serviceaccount-token-controller',
      'root-ca-certificate-publisher-controller',
      'clusterrole-aggregation-controller',
      'deployment-controller',
      'replicaset-controller',
      'resourcequota-controller',
    ]);
  });
});
