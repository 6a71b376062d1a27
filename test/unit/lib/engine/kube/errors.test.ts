import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestFailed, timedOut, translateStatus, unreachable } from '../../../../../src/lib/engine/kube/errors.ts';

const status = (code: number, reason: string, message = 'because', details: object = {}) =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details });

test('translateStatus() gives each answer its code', () => {
  const codes: [number, string, string][] = [
    [401, 'Unauthorized', 'kube/unauthorized'],
    [403, 'Forbidden', 'kube/forbidden'],
    [404, 'NotFound', 'kube/not-found'],
    [409, 'AlreadyExists', 'kube/already-exists'],
    [409, 'Conflict', 'kube/conflict'],
    [410, 'Expired', 'kube/gone'],
    [422, 'Invalid', 'kube/invalid'],
    [429, 'TooManyRequests', 'kube/too-many-requests'],
    [504, 'Timeout', 'kube/timeout'],
    [500, 'ServerTimeout', 'kube/timeout'],
    [500, 'InternalError', 'kube/server-error'],
    [400, 'BadRequest', 'kube/server-error'],
  ];
  for (const [code, reason, want] of codes) {
    const error = translateStatus(code, status(code, reason), 'GET /x');
    assert.equal(error.code, want);
    assert.deepEqual([error.message, error.details], ['because', { status: code, reason }]);
  }
});

test('translateStatus() asks for a role only where one would help', () => {
  const hintOf = (message: string) => translateStatus(403, status(403, 'Forbidden', message), 'x').hint ?? '';
  assert.match(hintOf('pods is forbidden: User "me" cannot list resource "pods" in API group ""'), /ask for a role/);
  const refusals = [
    "x \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: name an account",
    'admission webhook "w.example.com" denied the request: no',
    'pods "a" is forbidden: exceeded quota: team, requested: pods=1, used: pods=1, limited: pods=1',
    'pods "a" is forbidden: violates PodSecurity "restricted:latest": privileged',
  ];
  for (const message of refusals) assert.match(hintOf(message), /a policy of the cluster refuses this/);
});

test('translateStatus() keeps the causes of the server', () => {
  const causes = [{ reason: 'FieldManagerConflict', message: 'conflict with "a"', field: '.data.x' }];
  assert.deepEqual(translateStatus(409, status(409, 'Conflict', 'm', { causes }), 'x').details, {
    status: 409,
    reason: 'Conflict',
    causes,
  });
});

test('translateStatus() understands answers that are no Status', () => {
  assert.equal(
    translateStatus(502, '<html>Bad gateway</html>', 'GET /x').message,
    'the API server answered GET /x with status 502',
  );
  assert.equal(translateStatus(404, '404 page not found\n', 'GET /x').message, '404 page not found');
  assert.equal(translateStatus(500, '', 'GET /x').code, 'kube/server-error');
});

test('translateStatus() hides the values of Secrets that the server quotes', () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', namespace: 'a', name: 's' };
  const messages = [
    '.stringData.p: expected string, got &value.valueUnstructured{Value:"hunter2"}',
    'data[p]: Invalid value: "hunter2": must be something',
    'data[p]: Invalid value: hunter2: must be something',
  ];
  for (const message of messages) {
    const body = status(422, 'Invalid', message, { causes: [{ message, field: 'data' }] });
    assert.doesNotMatch(JSON.stringify(translateStatus(422, body, 'x', secret)), /hunter2/);
  }
  const configMap = { ...secret, kind: 'ConfigMap' };
  assert.match(translateStatus(422, status(422, 'Invalid', messages[1]), 'x', configMap).message, /hunter2/);
});

test('unreachable() names server, cause and mend', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:6443'), { code: 'ECONNREFUSED' });
  const error = unreachable('https://10.0.0.1:6443', refused, 'connect');
  assert.equal(error.code, 'kube/unreachable');
  assert.equal(error.message, 'cannot reach the API server at https://10.0.0.1:6443: connect ECONNREFUSED 10.0.0.1:6443');
  assert.match(error.hint ?? '', /cluster runs/);
  assert.match(unreachable('http://localhost:8080', refused, 'connect').hint ?? '', /no kubeconfig was found/);
});

test('unreachable() has a mend for each fault of a certificate', () => {
  const mend = (code: string) => unreachable('https://h', Object.assign(new Error('x'), { code }), 'connect').hint ?? '';
  assert.match(mend('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), /--certificate-authority/);
  assert.match(mend('CERT_HAS_EXPIRED'), /renew/);
  assert.match(mend('ERR_TLS_CERT_ALTNAME_INVALID'), /--tls-server-name/);
  assert.match(mend('ENOTFOUND'), /name/);
});

test('requestFailed() tells what the server never saw from what it may have seen', () => {
  const failed = (code: string) => requestFailed('https://h', Object.assign(new Error('x'), { code })).details?.['phase'];
  assert.equal(failed('ERR_HTTP2_GOAWAY_SESSION'), 'refused');
  assert.equal(failed('ECONNRESET'), 'reset');
});

test('timedOut() is kube/timeout', () => {
  const error = timedOut('https://h', 1500);
  assert.deepEqual([error.code, error.message], ['kube/timeout', 'the API server at https://h gave no answer within 1.5s']);
});
