import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { parseAksCluster, parseEksCluster, parseGkeCluster } from '../../../../../src/lib/engine/cloud/parse-cluster.ts';

const refuses = (read: () => unknown): void => assert.throws(read, (error) => isFluxError(error, 'cloud/bad-cluster'));

it('parseEksCluster() reads the ARN', () => {
  const cluster = { partition: 'aws-cn', region: 'cn-north-1', name: 'prod' };
  assert.deepEqual(parseEksCluster('arn:aws-cn:eks:cn-north-1:1:cluster/prod'), cluster);
  refuses(() => parseEksCluster('arn:aws:ecs:eu-west-1:1:cluster/prod'));
});

it('parseAksCluster() reads the resource id, whatever its case', () => {
  const subscription = '0'.repeat(36);
  const id = `/subscriptions/${subscription}/resourcegroups/g/providers/microsoft.containerservice/managedClusters/prod`;
  assert.deepEqual(parseAksCluster(id), { subscription, resourceGroup: 'g', name: 'prod' });
  refuses(() => parseAksCluster(id.replace(subscription, 'short')));
});

it('parseGkeCluster() takes no name that leads elsewhere', () => {
  assert.equal(parseGkeCluster('projects/p-1/locations/eu-west1/clusters/c'), 'projects/p-1/locations/eu-west1/clusters/c');
  for (const name of [
    '',
    'projects/p/locations/l',
    'projects/p/locations/l/clusters/c?x=1',
    'projects/../locations/l/clusters/c',
  ])
    refuses(() => parseGkeCluster(name));
});
