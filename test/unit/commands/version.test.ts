import assert from 'node:assert/strict';
import { test } from 'node:test';
import version from '../../../src/commands/version.ts';
import { formatOutput } from '../../../src/lib/cli/print-output.ts';
import type { CommandInput } from '../../../src/lib/cli/command.ts';
import { FLUX_VERSION } from '../../../src/lib/core/flux.ts';

const deployment = (image: string) => ({ spec: { template: { spec: { containers: [{ image }] } } } });
const kube = {
  get: async () => ({
    metadata: { labels: { 'app.kubernetes.io/version': 'v2.9.4', 'app.kubernetes.io/part-of': 'flux' } },
  }),
  list: async () => ({
    items: [deployment('ghcr.io/fluxcd/source-controller:v1.9.4'), deployment('ghcr.io/fluxcd/helm-controller:v1.6.3')],
  }),
};

test('version names the client first, and sorts for programs, as flux does', async () => {
  const context = { namespace: async () => 'flux-system', kube: async () => kube };
  const output = await version.run({ flags: { client: false }, context } as unknown as CommandInput<typeof version.flags>);
  assert.ok(output !== undefined);
  assert.equal(
    await formatOutput(output, 'yaml'),
    `flux: ${FLUX_VERSION}\ndistribution: flux-v2.9.4\nhelm-controller: v1.6.3\nsource-controller: v1.9.4\n`,
  );
  const names = Object.keys(JSON.parse(await formatOutput(output, 'json')) as Record<string, string>);
  assert.deepEqual(names, ['distribution', 'flux', 'helm-controller', 'source-controller']);
});
