import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

/** An address that only the network namespace of this test has. */
const ADDRESS = '10.99.0.1';
const PREPARE = `ip link set lo up && ip addr add ${ADDRESS}/32 dev lo`;
const PROGRAM = fileURLToPath(new URL('../support/drive-through-proxy.ts', import.meta.url));
const isolate = process.getuid?.() === 0 ? ['--net'] : ['--user', '--map-root-user', '--net'];

/** Runs a line of shell in a network of its own, where nobody else sees what it serves. */
function inOwnNetwork(script: string, ...words: readonly string[]) {
  return spawnSync('unshare', [...isolate, 'sh', '-c', script, 'sh', ...words], { encoding: 'utf8', timeout: 200_000 });
}

const cannot = inOwnNetwork(PREPARE).status === 0 ? false : 'needs unshare and ip, and the right to use them';

describe('an artifact whose URL only the DNS of the cluster knows', { timeout: 240_000 }, () => {
  it("is read through the API server's proxy for Services", { skip: cannot }, () => {
    const words = [process.execPath, '--disable-warning=ExperimentalWarning', PROGRAM, ADDRESS];
    const { stdout, stderr } = inOwnNetwork(`${PREPARE} && exec "$@"`, ...words);
    assert.notEqual(stdout, '', stderr);
    const { runs, forwarded } = JSON.parse(stdout) as { runs: { code: number; stderr: string }[]; forwarded: string[] };
    assert.equal(runs[0]?.code, 1);
    assert.match(runs[0]?.stderr ?? '', /Source is not ready, artifact not found, retrying in 30s/);
    assert.equal(runs[1]?.code, 0, runs[1]?.stderr);
    assert.match(runs[1]?.stderr ?? '', /ConfigMap\/keep\/hello created/);
    const proxy = '/api/v1/namespaces/keep/services/http:source-watcher:80/proxy';
    assert.deepEqual(forwarded, [`${proxy}/none.tar.gz`, `${proxy}/external/app.tar.gz`]);
  });
});
