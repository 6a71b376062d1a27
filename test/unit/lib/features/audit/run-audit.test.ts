import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { formatMarkdown } from '../../../../../src/lib/features/audit/format-markdown.ts';
import { formatSarif } from '../../../../../src/lib/features/audit/format-sarif.ts';
import { judgeKubeconfig, readCluster } from '../../../../../src/lib/features/audit/read-cluster.ts';
import { readFiles } from '../../../../../src/lib/features/audit/read-files.ts';
import { failureOfAudit, runAudit } from '../../../../../src/lib/features/audit/run-audit.ts';
import { readWaivers } from '../../../../../src/lib/features/audit/waivers.ts';
import { FluxError } from '../../../../../src/lib/core/errors.ts';
import { bound, clusterOf, NOW } from './snapshot.ts';

const MINTING = bound('source-controller', `[{apiGroups: [""], resources: [serviceaccounts/token], verbs: [create]}]`);

describe('runAudit()', () => {
  it('puts the worst first and counts', () => {
    const { findings, counts } = runAudit(clusterOf(MINTING), { now: NOW });
    assert.equal(findings[0]?.severity, 'high');
    const ranks = findings.map(({ severity }) => ['high', 'medium', 'low'].indexOf(severity));
    assert.deepEqual(
      ranks,
      ranks.toSorted((left, right) => left - right),
    );
    assert.equal(counts.high + counts.medium + counts.low, findings.length);
  });

  it('says of each row whether it passed, failed, needs a person, or could not be read', () => {
    const snapshot = { ...clusterOf(MINTING), unread: new Map([['deployments', 'deployments.apps is forbidden'] as const]) };
    const { rows } = runAudit(snapshot, { now: NOW });
    const resultOf = (id: string): string | undefined => rows.find((row) => row.id === id)?.result;
    assert.deepEqual(
      [resultOf('R4'), resultOf('G2'), resultOf('S1'), resultOf('M2')],
      ['failed', 'passed', 'manual', 'not-read'],
    );
    assert.match(rows.find(({ id }) => id === 'M2')?.note ?? '', /forbidden/);
  });

  it('fails from the wanted severity on: audit/findings', () => {
    const report = runAudit(clusterOf(MINTING), { now: NOW });
    assert.equal(failureOfAudit(report, 'none'), undefined);
    assert.equal(failureOfAudit(report, 'high')?.code, 'audit/findings');
    const mild = { ...report, counts: { high: 0, medium: 1, low: 2, waived: 0 } };
    assert.equal(failureOfAudit(mild, 'high'), undefined);
    assert.match(failureOfAudit(mild, 'low')?.message ?? '', /1 medium, 2 low/);
  });

  it('lets a waiver hold until its last day, and tells of those that hold nothing', () => {
    const waiver = { id: 'R4', subject: 'ClusterRole/wide', until: '2026-11-28', reason: 'until the gate is off' };
    const held = runAudit(clusterOf(MINTING), { now: NOW, waivers: [waiver, { ...waiver, subject: 'ClusterRole/other' }] });
    assert.equal(held.rows.find(({ id }) => id === 'R4')?.result, 'waived');
    assert.equal(held.counts.waived, 1);
    assert.deepEqual(
      held.staleWaivers.map(({ subject, problem }) => [subject, problem]),
      [['ClusterRole/other', 'unused']],
    );
    const late = runAudit(clusterOf(MINTING), { now: NOW + 86_400_000, waivers: [waiver] });
    assert.equal(late.rows.find(({ id }) => id === 'R4')?.result, 'failed');
    assert.deepEqual(
      late.staleWaivers.map(({ problem }) => problem),
      ['expired'],
    );
  });
});

describe('readWaivers()', () => {
  it('reads a list, alone or under waivers', () => {
    const entry = '- {id: R4, subject: ClusterRole/wide, until: "2027-01-31", reason: known}\n';
    assert.equal(readWaivers(entry, 'w.yaml').length, 1);
    assert.equal(readWaivers(`waivers:\n${entry}`, 'w.yaml')[0]?.until, '2027-01-31');
  });

  it('wants an end and a reason: audit/bad-waivers', () => {
    const bad = ['x: 1', '- {id: R4, reason: x}', '- {id: R4, until: "2027-01-31"}', '- {until: "2027-01-31", reason: x}'];
    const odd = '- {id: R4, until: "2027-01-31", reason: x, subjects: [a]}';
    for (const text of [...bad, '- {id: R4, until: "2027-13-31", reason: x}', odd]) {
      assert.throws(
        () => readWaivers(text, 'w.yaml'),
        (error) => isFluxError(error, 'audit/bad-waivers'),
        text,
      );
    }
  });
});

describe('readFiles()', () => {
  it('refuses files with nothing to look at: audit/no-objects', () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n';
    assert.throws(
      () => readFiles([{ path: 'x.yaml', text }], 'flux-system'),
      (error) => isFluxError(error, 'audit/no-objects'),
    );
  });

  it('takes what is not in the files for unread, and knows where each object stands', () => {
    const snapshot = readFiles([{ path: 'rbac.yaml', text: MINTING }], 'flux-system');
    assert.ok(snapshot.unread.has('kustomizations'));
    assert.ok(!snapshot.unread.has('roleBindings'));
    assert.equal(snapshot.positions.get('ClusterRole/wide')?.file, 'rbac.yaml');
  });
});

describe('readCluster()', () => {
  const resource = (group: string, plural: string, kind: string) => ({
    group,
    version: 'v1',
    kind,
    plural,
    singular: '',
    shortNames: [],
    categories: [],
    namespaced: true,
    verbs: [],
  });

  it('lists each kind once, notes what it may not read, and takes kinds that are not served for none', async () => {
    const listed: string[] = [];
    const snapshot = await readCluster(
      {
        resources: () =>
          Promise.resolve([resource('', 'namespaces', 'Namespace'), resource('apps', 'deployments', 'Deployment')]),
        get: () => Promise.resolve(undefined),
        list: ({ kind }, options) => {
          listed.push(`${kind} ${options?.namespace ?? '*'}`);
          if (kind === 'Deployment') return Promise.reject(new FluxError('kube/forbidden', 'deployments is forbidden'));
          return Promise.resolve({ items: [], resourceVersion: '1' });
        },
      },
      'flux-system',
    );
    assert.deepEqual(listed.toSorted(), ['Deployment flux-system', 'Namespace *']);
    assert.equal(snapshot.unread.get('deployments'), 'deployments is forbidden');
    assert.deepEqual(snapshot.lists.get('kustomizations'), []);
  });

  it('keeps nothing of a kubeconfig but what kind of login it has', () => {
    const login = judgeKubeconfig(
      'clusters: [{cluster: {server: "https://x", insecure-skip-tls-verify: true}}]\nusers: [{user: {token: s3cret, exec: {command: x}}}]\n',
    );
    assert.deepEqual(login, { runsCommand: true, skipsTls: true, namesFiles: false });
    assert.deepEqual(judgeKubeconfig('{'), { runsCommand: false, skipsTls: false, namesFiles: false });
  });
});

describe('the documents of an audit', () => {
  it('are SARIF 2.1.0: what the standard demands is there, and each result fits its rule', () => {
    const waiver = { id: 'R4', until: '2027-01-31', reason: 'known' };
    const snapshot = readFiles([{ path: './a b/rbac.yaml', text: MINTING }], 'flux-system');
    const log = JSON.parse(formatSarif(runAudit(snapshot, { now: NOW, waivers: [waiver] })));
    assert.equal(log.version, '2.1.0');
    const [run] = log.runs;
    assert.ok(run.tool.driver.name !== '');
    const ids = run.tool.driver.rules.map((rule: { id: string }) => rule.id);
    assert.equal(new Set(ids).size, ids.length);
    for (const result of run.results) {
      assert.equal(ids[result.ruleIndex], result.ruleId);
      assert.ok(['error', 'warning', 'note'].includes(result.level));
      assert.ok(result.message.text !== '');
      const { physicalLocation, logicalLocations } = result.locations[0];
      assert.equal(physicalLocation.artifactLocation.uri, 'a%20b/rbac.yaml');
      assert.ok(physicalLocation.region.startLine >= 1);
      assert.ok(logicalLocations[0].fullyQualifiedName !== '');
    }
    const waived = run.results.filter((result: { suppressions?: unknown[] }) => result.suppressions !== undefined);
    assert.deepEqual(
      waived.map(({ ruleId }: { ruleId: string }) => ruleId),
      ['R4'],
    );
    assert.match(run.invocations[0].endTimeUtc, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('are Markdown in which no name becomes markup', () => {
    const text = formatMarkdown(
      runAudit(clusterOf(bound('x', '[{apiGroups: ["*"], resources: ["*"], verbs: [get]}]', '"a|b<c`d"')), { now: NOW }),
    );
    assert.match(text, /^# Audit of manifests$/m);
    assert.ok(text.includes(String.raw`a\|b&lt;c'd`));
    assert.match(text, /^## To check by hand$/m);
  });
});
