import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  parseAggregatedDiscovery,
  parseGroupVersions,
  parseResourceList,
} from '../../../../../src/lib/engine/kube/parse-discovery.ts';

const deployments = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  verbs: ['get', 'list'],
};

test('parseAggregatedDiscovery() reads types in the order of the server and names stale versions', () => {
  const discovery = parseAggregatedDiscovery({
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    items: [
      {
        metadata: { name: 'apps' },
        versions: [
          {
            version: 'v1',
            freshness: 'Current',
            resources: [
              {
                resource: 'deployments',
                responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
                scope: 'Namespaced',
                singularResource: 'deployment',
                verbs: ['get', 'list'],
                shortNames: ['deploy'],
                categories: ['all'],
                subresources: [{ subresource: 'status', verbs: ['get'] }],
              },
              { resource: 'nameless', scope: 'Cluster', verbs: [] },
            ],
          },
        ],
      },
      { metadata: { name: 'metrics.k8s.io' }, versions: [{ version: 'v1beta1', freshness: 'Stale' }] },
    ],
  });
  assert.deepEqual(discovery, { resources: [deployments], incomplete: ['metrics.k8s.io/v1beta1'] });
});

test('parseAggregatedDiscovery() says where the document is the plain one', () => {
  assert.equal(parseAggregatedDiscovery({ kind: 'APIGroupList', groups: [] }), undefined);
  assert.equal(parseAggregatedDiscovery(null), undefined);
});

test('parseGroupVersions() puts the preferred version first', () => {
  assert.deepEqual(parseGroupVersions({ kind: 'APIVersions', versions: ['v1'] }), ['v1']);
  assert.deepEqual(
    parseGroupVersions({
      kind: 'APIGroupList',
      groups: [
        {
          name: 'g',
          versions: [{ groupVersion: 'g/v1beta1' }, { groupVersion: 'g/v1' }],
          preferredVersion: { groupVersion: 'g/v1' },
        },
      ],
    }),
    ['g/v1', 'g/v1beta1'],
  );
});

test('parseResourceList() reads types and leaves out subresources', () => {
  const document = {
    kind: 'APIResourceList',
    groupVersion: 'apps/v1',
    resources: [
      {
        name: 'deployments',
        singularName: 'deployment',
        namespaced: true,
        kind: 'Deployment',
        verbs: ['get', 'list'],
        shortNames: ['deploy'],
        categories: ['all'],
      },
      { name: 'deployments/scale', singularName: '', namespaced: true, kind: 'Scale', verbs: ['get'] },
    ],
  };
  assert.deepEqual(parseResourceList(document, 'apps/v1'), [deployments]);
  assert.deepEqual(parseResourceList({ resources: [{ name: 'pods', kind: 'Pod', namespaced: true }] }, 'v1')[0]?.group, '');
});
