import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_RENDER_OPTIONS, type RenderOptions } from '../../../../../src/lib/features/install/options.ts';
import { renderOverlay } from '../../../../../src/lib/features/install/overlay-files.ts';

interface Overlay {
  readonly namespace: string;
  readonly resources: string[];
  readonly images: Array<{ name: string; newName: string }>;
  readonly patches: Array<{ target: { kind: string; name?: string }; patch: string }>;
}

const overlay = (change: Partial<RenderOptions> = {}): Overlay =>
  JSON.parse(renderOverlay({ ...DEFAULT_RENDER_OPTIONS, ...change })['/install/kustomization.yaml'] ?? '') as Overlay;

const argsOf = (name: string, change: Partial<RenderOptions> = {}): string[] => {
  const { patch } = overlay(change).patches.find(({ target }) => target.name === name) ?? { patch: '[]' };
  return (JSON.parse(patch) as Array<{ value: string }>).map(({ value }) => value);
};

describe('renderOverlay()', () => {
  it('lists namespace, policies, roles and components in this order', () => {
    assert.deepEqual(overlay({ components: ['source-controller'] }).resources, [
      '../namespace',
      '../policies',
      'rbac',
      '../controllers/source-controller',
    ]);
  });

  it('leaves the policies out on demand', () => {
    assert.ok(!overlay({ networkPolicy: false }).resources.includes('../policies'));
  });

  it('suffixes the cluster-wide names with the namespace', () => {
    const rbac = renderOverlay({ ...DEFAULT_RENDER_OPTIONS, namespace: 'infra' })['/install/rbac/kustomization.yaml'] ?? '';
    assert.equal((JSON.parse(rbac) as { nameSuffix: string }).nameSuffix, '-infra');
  });

  it('leaves the images alone where there is no registry', () => {
    assert.deepEqual(overlay({ registry: '' }).images, []);
    assert.equal(overlay({ registry: 'r.example/f' }).images[0]?.newName, 'r.example/f/source-controller');
  });

  it('gives no address for events where nobody receives them', () => {
    assert.deepEqual(argsOf('kustomize-controller', { components: ['kustomize-controller'] })[0], '--events-addr=');
  });

  it('sets cluster domain, log level and watched namespaces', () => {
    const change = { clusterDomain: 'c.example', logLevel: 'debug', watchAllNamespaces: false } as const;
    assert.deepEqual(argsOf('source-controller', change), [
      '--events-addr=http://notification-controller.$(RUNTIME_NAMESPACE).svc.c.example./',
      '--watch-all-namespaces=false',
      '--log-level=debug',
      '--storage-adv-addr=source-controller.$(RUNTIME_NAMESPACE).svc.c.example.',
    ]);
    assert.deepEqual(argsOf('notification-controller', change), ['--watch-all-namespaces=false', '--log-level=debug']);
  });

  it('opens the gate for artifacts of source-watcher to the controllers that take them', () => {
    const change = { componentsExtra: ['source-watcher'] };
    assert.equal(argsOf('helm-controller', change).at(-1), '--feature-gates=ExternalArtifact=true');
    assert.equal(argsOf('source-controller', change).at(-1)?.startsWith('--storage-adv-addr'), true);
  });

  it('patches the pods only where there is something to patch', () => {
    assert.equal(overlay().patches.filter(({ target }) => target.name === undefined).length, 0);
    const all = overlay({ imagePullSecret: 's', tolerationKeys: ['a'] }).patches.find(({ target }) => target.name === undefined);
    assert.match(all?.patch ?? '', /imagePullSecrets.*tolerations/);
  });

  it('keeps what looks like YAML in options from being read as such', () => {
    const key = 'a: [b"\n- c';
    const all = overlay({ tolerationKeys: [key] }).patches.find(({ target }) => target.name === undefined);
    const [operation] = JSON.parse(all?.patch ?? '[]') as Array<{ value: Array<{ key: string }> }>;
    assert.equal(operation?.value[0]?.key, key);
  });
});
