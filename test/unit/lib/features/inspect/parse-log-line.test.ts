import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitsFilter, formatLogLine, parseLogLine } from '../../../../../src/lib/features/inspect/parse-log-line.ts';
import { byLogging, linesOf, logPath } from '../../../../../src/lib/features/inspect/read-logs.ts';

const LINE =
  '{"level":"info","ts":"2026-01-02T03:04:05.678Z","msg":"server-side apply completed","controller":"kustomization","controllerGroup":"kustomize.toolkit.fluxcd.io","controllerKind":"Kustomization","Kustomization":{"name":"web","namespace":"apps"},"namespace":"apps","name":"web","reconcileID":"5c1"}';

test('parseLogLine() reads what a controller writes, and nothing else', () => {
  const line = parseLogLine(LINE);
  assert.ok(line);
  assert.equal(formatLogLine(line), '2026-01-02T03:04:05.678Z info Kustomization/web.apps - server-side apply completed ');
  for (const text of ['I0102 03:04:05 leaderelection.go:250] attempting', '', '{"level":', '[]', '{'])
    assert.equal(parseLogLine(text), undefined);
});

test('parseLogLine() shows the error behind the message, and no object where there is none', () => {
  const line = parseLogLine('{"level":"error","ts":"T","msg":"failed","error":"no such host"}');
  assert.ok(line);
  assert.equal(formatLogLine(line), 'T error  - failed no such host');
});

test('fitsFilter() compares names without regard to case, and hides what is about no namespace', () => {
  const line = parseLogLine(LINE);
  assert.ok(line);
  const all = { level: '', kind: '', name: '' };
  assert.ok(fitsFilter(line, all));
  assert.ok(fitsFilter(line, { ...all, kind: 'kustomization', name: 'WEB', namespace: 'apps' }));
  assert.ok(!fitsFilter(line, { ...all, level: 'error' }));
  assert.ok(!fitsFilter(line, { ...all, namespace: 'other' }));
  assert.ok(!fitsFilter({ ...line, namespace: '' }, { ...all, namespace: 'apps' }));
});

test('logPath() asks for the container of the controller where a pod has others', () => {
  const pod = (...names: string[]) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'flux-system' },
    spec: { containers: names.map((name) => ({ name })) },
  });
  assert.equal(logPath(pod('manager'), { follow: false }), '/api/v1/namespaces/flux-system/pods/p/log');
  assert.equal(
    logPath(pod('proxy', 'manager'), { follow: true, tail: 5, sinceSeconds: 60 }),
    '/api/v1/namespaces/flux-system/pods/p/log?container=manager&follow=true&tailLines=5&sinceSeconds=60',
  );
});

test('byLogging() prefers pods that run and are ready', () => {
  const pod = (name: string, phase: string, ready: string, nodeName = 'n') => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { nodeName },
    status: { phase, conditions: [{ type: 'Ready', status: ready }] },
  });
  const pods = [
    pod('a', 'Pending', 'False', ''),
    pod('b', 'Failed', 'False'),
    pod('c', 'Running', 'False'),
    pod('d', 'Running', 'True'),
  ];
  assert.deepEqual(
    pods.toSorted(byLogging).map(({ metadata }) => metadata.name),
    ['d', 'c', 'b', 'a'],
  );
});

test('linesOf() joins what was cut anywhere, even in a character', async () => {
  const bytes = new TextEncoder().encode('one\r\ntwö\nthree');
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for (const byte of bytes) yield Uint8Array.of(byte);
  };
  const lines: string[] = [];
  for await (const line of linesOf(chunks())) lines.push(line);
  assert.deepEqual(lines, ['one', 'twö', 'three']);
});
