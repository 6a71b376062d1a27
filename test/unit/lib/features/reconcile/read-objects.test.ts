import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isFluxError } from '../../../../../src/lib/core/errors.ts';
import { readObjects } from '../../../../../src/lib/features/reconcile/read-objects.ts';

/** What the tutorials give newcomers. */
const SYNC = `apiVersion: source.toolkit.fluxcd.io/v1beta2
kind: GitRepository
metadata:
  name: flux-gotk-system
  namespace: flux-system
spec:
  interval: 1m0s
  url: ssh://git@github.com/your-org/your-repo.git
  ref:
    branch: main
---
apiVersion: kustomize.toolkit.fluxcd.io/v1beta2
kind: Kustomization
metadata:
  name: frontend-app
spec:
  interval: 5m0s
  path: ./path/to/your/repo
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-gotk-system
  validation: client
---
apiVersion: v1
kind: ConfigMap
metadata: {name: other}
`;

it('readObjects() takes retired APIs and names every dropped field', () => {
  const { objects, warnings } = readObjects([{ path: 'sync.yaml', text: SYNC }], 'flux-system');
  assert.deepEqual(
    objects.map(({ apiVersion, metadata }) => `${apiVersion} ${metadata.namespace}/${metadata.name}`),
    ['source.toolkit.fluxcd.io/v1 flux-system/flux-gotk-system', 'kustomize.toolkit.fluxcd.io/v1 flux-system/frontend-app'],
  );
  assert.equal(warnings.length, 3);
  assert.match(warnings[2] ?? '', /^sync.yaml: Kustomization\/flux-system\/frontend-app: spec.validation dropped: /);
});

it('readObjects() refuses one object twice as reconcile/duplicate-object', () => {
  const files = [
    { path: 'a.yaml', text: SYNC },
    { path: 'b.yaml', text: SYNC },
  ];
  assert.throws(
    () => readObjects(files, 'flux-system'),
    (error) => isFluxError(error, 'reconcile/duplicate-object') && error.message.includes('b.yaml'),
  );
});
