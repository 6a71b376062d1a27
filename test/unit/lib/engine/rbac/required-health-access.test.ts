import assert from 'node:assert/strict';
import { it } from 'node:test';
import { requiredHealthAccess } from '../../../../../src/lib/engine/rbac/required-health-access.ts';

it('requiredHealthAccess() asks for get of each object and for the lists that Flux looks at', () => {
  const scopeOf = ({ kind }: { kind: string }) =>
    kind === 'Unknown' ? undefined : { plural: `${kind.toLowerCase()}s`, namespaced: true };
  const ref = (apiVersion: string, kind: string) => ({ apiVersion, kind, namespace: 'apps', name: 'x' });
  const refs = [ref('apps/v1', 'Deployment'), ref('apps/v1', 'StatefulSet'), ref('v1', 'Service'), ref('v1', 'Unknown')];
  assert.deepEqual(
    requiredHealthAccess(refs, scopeOf).map(
      ({ verb, group, resource, name = '*', why }) => `${why} ${verb} ${group}/${resource} ${name}`,
    ),
    [
      'health get apps/deployments x',
      'health list apps/replicasets *',
      'health list /pods *',
      'health get apps/statefulsets x',
      'health list /pods *',
      'health get /services x',
    ],
  );
});
