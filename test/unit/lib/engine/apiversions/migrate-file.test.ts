import assert from 'node:assert/strict';
import { it } from 'node:test';
import { migrateFile } from '../../../../../src/lib/engine/apiversions/migrate-file.ts';

const OLD = `# our app
apiVersion: kustomize.toolkit.fluxcd.io/v1beta2 # old
kind: Kustomization
metadata:
  name: app
spec:
  interval: 5m0s
  validation: client
  path: "./x"   # here
---
apiVersion: v1
kind: ConfigMap
metadata: {name: validation}
data:
  validation: stays
`;

it('migrateFile() changes versions and takes dropped fields out, and nothing else', () => {
  const { text, changes, warnings } = migrateFile(OLD);
  assert.equal(text, OLD.replace('v1beta2', 'v1').replace('  validation: client\n', ''));
  assert.deepEqual(
    changes.map(({ line, to }) => [line, to]),
    [
      [2, 'kustomize.toolkit.fluxcd.io/v1'],
      [8, ''],
    ],
  );
  assert.match(warnings.join('\n'), /^line 8: spec.validation dropped/);
});

it('migrateFile() leaves current files byte for byte', () => {
  const { text, changes } = migrateFile(OLD.replace('v1beta2', 'v1'));
  assert.equal(text, OLD.replace('v1beta2', 'v1'));
  assert.deepEqual(changes, []);
});

it('migrateFile() names what it cannot take out by itself', () => {
  const old = `apiVersion: kustomize.toolkit.fluxcd.io/v1beta2\nkind: Kustomization\nmetadata: {name: x}\nspec:\n  patchesStrategicMerge:\n  - {kind: A}\n`;
  const { text, warnings } = migrateFile(old);
  assert.equal(text, old.replace('v1beta2', 'v1'));
  assert.match(warnings.join('\n'), /spec.patchesStrategicMerge became entries of spec.patches; change it by hand/);
});

it('migrateFile() migrates templates that are no YAML', () => {
  const template = `apiVersion: "source.toolkit.fluxcd.io/v1beta2"\nkind: GitRepository\nmetadata:\n  name: {{ .Name }}\n`;
  assert.equal(migrateFile(template).text, template.replace('v1beta2', 'v1'));
});
