import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FluxError, isFluxError } from '../../../../../src/lib/core/errors.ts';
import {
  computeDigest,
  fetchArtifact,
  openUrl,
  type OpenUrl,
  unreachable,
} from '../../../../../src/lib/engine/artifact/index.ts';

const URL_OF_IT = 'http://artifacts.example.com/a.tar.gz';
const BYTES = Buffer.from('an artifact in two pieces');

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes.subarray(0, 10));
  yield bytes.subarray(10);
}

/** Answers of a server, one after the other; the last one stays. */
function scripted(...answers: readonly (Uint8Array | FluxError)[]) {
  const waits: number[] = [];
  let calls = 0;
  const open: OpenUrl = () => {
    const answer = answers[Math.min(calls, answers.length - 1)];
    calls += 1;
    if (answer instanceof FluxError) return Promise.reject(answer);
    return Promise.resolve(piecesOf(answer ?? new Uint8Array()));
  };
  const sleep = (ms: number) => {
    waits.push(ms);
    return Promise.resolve();
  };
  return { open, sleep, waits, calls: () => calls };
}

const status = (code: number) => new FluxError('artifact/http-status', `status ${code}`, { details: { status: code } });
const rejects = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (error) => {
    assert.ok(isFluxError(error, code), String(error));
    return true;
  });

test('fetchArtifact() joins the pieces and checks the digest', async () => {
  const server = scripted(BYTES);
  const digest = await computeDigest(BYTES);
  assert.deepEqual(Buffer.from(await fetchArtifact(URL_OF_IT, server.open, { digest, sleep: server.sleep })), BYTES);
  const other = `sha256:${'0'.repeat(64)}`;
  await rejects(fetchArtifact(URL_OF_IT, server.open, { digest: other, sleep: server.sleep }), 'artifact/digest-mismatch');
  assert.deepEqual(server.waits, []);
});

test('fetchArtifact() tries again what may pass, and gives up', async () => {
  const digest = await computeDigest(BYTES);
  const passing = scripted(status(503), unreachable(URL_OF_IT, 'reset', undefined, true), status(429), BYTES);
  await fetchArtifact(URL_OF_IT, passing.open, { digest, sleep: passing.sleep });
  assert.deepEqual(passing.waits, [500, 1_000, 2_000]);
  const lasting = scripted(status(502));
  await rejects(fetchArtifact(URL_OF_IT, lasting.open, { digest, sleep: lasting.sleep }), 'artifact/http-status');
  assert.equal(lasting.calls(), 5);
});

test('fetchArtifact() does not try again what stays: artifact/not-found, artifact/unreachable by a wrong name', async () => {
  for (const error of [
    new FluxError('artifact/not-found', 'gone'),
    status(403),
    unreachable(URL_OF_IT, 'no such host', undefined, false),
  ]) {
    const server = scripted(error);
    await rejects(fetchArtifact(URL_OF_IT, server.open, { digest: '', sleep: server.sleep }), error.code);
    assert.equal(server.calls(), 1);
  }
});

test('fetchArtifact() reads no more than the limit: artifact/too-large', async () => {
  const server = scripted(BYTES);
  await rejects(fetchArtifact(URL_OF_IT, server.open, { digest: '', sleep: server.sleep, maxBytes: 12 }), 'artifact/too-large');
});

test('fetchArtifact() ends with the reason of the signal', async () => {
  const stop = new AbortController();
  const open: OpenUrl = () => {
    stop.abort(new Error('enough'));
    return Promise.reject(status(503));
  };
  const sleep = () => Promise.resolve();
  await assert.rejects(fetchArtifact(URL_OF_IT, open, { digest: '', sleep, signal: stop.signal }), /enough/);
});

test('openUrl() reads http and https only, without a login: artifact/invalid-url', async () => {
  const { signal } = new AbortController();
  for (const url of ['file:///etc/passwd', 'oci://a/b', 'no url', 'http://user:pass@example.com/a']) {
    await rejects(openUrl(url, signal), 'artifact/invalid-url');
  }
});
