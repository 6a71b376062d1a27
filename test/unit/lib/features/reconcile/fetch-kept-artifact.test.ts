import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type ErrorCode, FluxError, isFluxError } from '../../../../../src/lib/core/errors.ts';
import type { JsonObject } from '../../../../../src/lib/core/json.ts';
import type { K8sObject } from '../../../../../src/lib/core/objects.ts';
import { computeDigest, notFound, unreachable } from '../../../../../src/lib/engine/artifact/index.ts';
import type { KubeClient } from '../../../../../src/lib/engine/kube/index.ts';
import { fetchKeptArtifact, type KeptArtifactOptions } from '../../../../../src/lib/features/reconcile/fetch-kept-artifact.ts';
import type { ArtifactPort } from '../../../../../src/lib/features/reconcile/ports.ts';
import { createFakeClock } from './fake-clock.ts';

const BYTES = Buffer.from('bytes');
const DIGEST = await computeDigest(BYTES);
const IN_CLUSTER = 'http://source-controller.flux-system.svc.cluster.local./oci/a/web/1.tar.gz';

async function* stream(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(BYTES);
}

function source(artifact: JsonObject | undefined, kind = 'OCIRepository'): K8sObject {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind,
    metadata: { name: 'web', namespace: 'a' },
    ...(artifact === undefined ? {} : { status: { artifact } }),
  };
}

/** Fetches with a direct way and a way through the API server that answer as the test says; what was asked for is kept. */
async function fetch(
  object: K8sObject,
  answers: { direct?: FluxError; proxy?: FluxError },
  artifacts: Partial<ArtifactPort> = {},
  options: KeptArtifactOptions = {},
): Promise<{ asked: string[]; error?: FluxError }> {
  const asked: string[] = [];
  const answer = (name: string, failure: FluxError | undefined) => (what: string) => {
    asked.push(`${name} ${what}`);
    return failure === undefined ? Promise.resolve(stream()) : Promise.reject(failure);
  };
  const ports = {
    kube: { stream: answer('proxy', answers.proxy) } as unknown as KubeClient,
    artifacts: { open: answer('direct', answers.direct), ...artifacts },
    world: { ...createFakeClock(), uniqueId: () => 'id', hostName: 'host' },
  };
  try {
    assert.deepEqual(Buffer.from(await fetchKeptArtifact(object, ports, options)), BYTES);
    return { asked };
  } catch (error) {
    if (!isFluxError(error)) throw error;
    return { asked, error };
  }
}

const refused = (code: ErrorCode, reason: string) => new FluxError(code, `said ${reason}`, { details: { reason } });
const away = unreachable(IN_CLUSTER, 'no such host', undefined, false);
const PROXIED = 'proxy /api/v1/namespaces/flux-system/services/http:source-controller:80/proxy/oci/a/web/1.tar.gz';

it('fetchKeptArtifact() reads any other host directly', async () => {
  const url = 'http://127.0.0.1:9090/a.tar.gz';
  assert.deepEqual(await fetch(source({ url, digest: DIGEST }), {}), { asked: [`direct ${url}`] });
});

it('fetchKeptArtifact() reads a Service through the API server, in the cluster directly', async () => {
  const kept = source({ url: IN_CLUSTER, digest: DIGEST });
  assert.deepEqual((await fetch(kept, {})).asked, [PROXIED]);
  assert.deepEqual((await fetch(kept, {}, { isInCluster: true })).asked, [`direct ${IN_CLUSTER}`]);
});

it('fetchKeptArtifact() puts the hosts of the environment in, one for each keeper', async () => {
  const hosts = { sourceHost: 'localhost:1', watcherHost: 'localhost:2' };
  const watcher = 'http://source-watcher.flux-system.svc.cluster.local./external/a/web/1.tar.gz';
  assert.deepEqual((await fetch(source({ url: IN_CLUSTER, digest: DIGEST }), {}, hosts)).asked, [
    'direct http://localhost:1/oci/a/web/1.tar.gz',
  ]);
  assert.deepEqual((await fetch(source({ url: watcher, digest: DIGEST }), {}, hosts)).asked, [
    'direct http://localhost:2/external/a/web/1.tar.gz',
  ]);
});

it('fetchKeptArtifact() tries the name itself where the proxy may not be used, and says how to mend it', async () => {
  const kept = source({ url: IN_CLUSTER, digest: DIGEST });
  const forbidden = refused('kube/forbidden', 'Forbidden');
  assert.deepEqual((await fetch(kept, { proxy: forbidden })).asked, [PROXIED, `direct ${IN_CLUSTER}`]);
  const { error } = await fetch(kept, { proxy: forbidden, direct: away });
  assert.equal(error?.code, 'artifact/unreachable');
  assert.match(error?.message ?? '', /said Forbidden; .*no such host/);
  assert.match(error?.hint ?? '', /services\/proxy, resource name http:source-controller:80, in flux-system; or forward/);
});

it('reconcile/artifact-not-found: as kustomize-controller says it, by either way', async () => {
  const kept = source({ url: IN_CLUSTER, digest: DIGEST });
  const byProxy = await fetch(kept, { proxy: refused('kube/not-found', '') });
  const directly = await fetch(kept, { direct: notFound(IN_CLUSTER) }, { isInCluster: true });
  for (const { error } of [byProxy, directly]) {
    assert.equal(error?.code, 'reconcile/artifact-not-found');
    assert.equal(error?.message, 'Source is not ready, artifact not found, retrying in 30s');
  }
  assert.deepEqual(byProxy.asked, [PROXIED], 'the file is not there, whoever is asked');
  const noService = await fetch(kept, { proxy: refused('kube/not-found', 'NotFound'), direct: away });
  assert.equal(noService.error?.code, 'artifact/unreachable');
});

it('fetchKeptArtifact() says so where source-controller cannot serve, as this run holds its Lease', async () => {
  const kept = source({ url: IN_CLUSTER, digest: DIGEST });
  const answers = { proxy: refused('kube/server-error', 'ServiceUnavailable'), direct: away };
  const held = await fetch(kept, answers, {}, { holdsSourceLease: true });
  assert.match(held.error?.hint ?? '', /--with-source=false/);
  const external = await fetch(
    source({ url: IN_CLUSTER, digest: DIGEST }, 'ExternalArtifact'),
    answers,
    {},
    { holdsSourceLease: true },
  );
  assert.doesNotMatch(external.error?.hint ?? '', /--with-source/);
});

it('reconcile/no-artifact: a status without url or digest', async () => {
  for (const artifact of [{ digest: DIGEST }, { url: IN_CLUSTER }, { url: IN_CLUSTER, digest: '' }, undefined]) {
    const { asked, error } = await fetch(source(artifact), {});
    assert.equal(error?.code, 'reconcile/no-artifact');
    assert.deepEqual(asked, []);
  }
});
