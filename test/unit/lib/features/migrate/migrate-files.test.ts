import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type MigrateOptions, migrateFiles, type MigrateResult } from '../../../../../src/lib/features/migrate/index.ts';
import { SILENT } from '../../../../../src/lib/core/progress.ts';

const OLD = `# how the team is synced
apiVersion: kustomize.toolkit.fluxcd.io/v1beta2
kind: Kustomization
metadata:
  name: web # the web
spec:
  validation: client
  interval: 5m0s
  prune: true
  sourceRef: {kind: GitRepository, name: team}
`;
const CURRENT = 'apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata:\n  name: team\n';

describe('migrateFiles()', () => {
  const migrate = async (
    files: Record<string, string>,
    options: Partial<MigrateOptions> = {},
    answer = true,
  ): Promise<{ result: MigrateResult; written: Map<string, string>; asked: string[] }> => {
    const written = new Map<string, string>();
    const asked: string[] = [];
    const result = await migrateFiles(
      Object.entries(files).map(([path, text]) => ({ path, text })),
      { target: '2.9', dryRun: false, ...options },
      {
        writeFile: async (path, text) => void written.set(path, text),
        confirm: async (question) => {
          asked.push(question);
          return answer;
        },
        progress: SILENT,
      },
    );
    return { result, written, asked };
  };

  test('changes the lines concerned, and keeps comments and order', async () => {
    const { result, written, asked } = await migrate({ 'web.yaml': OLD, 'team.yaml': CURRENT });
    assert.equal(written.get('web.yaml'), OLD.replace('v1beta2', 'v1').replace('  validation: client\n', ''));
    assert.deepEqual([...written.keys()], ['web.yaml'], 'what is current is left alone');
    assert.equal(asked.length, 1);
    assert.equal(result.written, true);
    assert.match(result.files[0]?.warnings.join() ?? '', /validation/);
  });

  test('writes nothing in a dry run, and asks nothing', async () => {
    const { result, written, asked } = await migrate({ 'web.yaml': OLD }, { dryRun: true });
    assert.deepEqual([written.size, asked.length, result.written], [0, 0, false]);
    assert.equal(result.files.length, 1);
  });

  test('has nothing to do the second time', async () => {
    const { written } = await migrate({ 'web.yaml': OLD });
    const again = await migrate({ 'web.yaml': written.get('web.yaml') ?? '' });
    assert.deepEqual([again.written.size, again.asked.length, again.result.files.length], [0, 0, 0]);
  });

  test('writes nothing where the answer is no: migrate/aborted', async () => {
    await assert.rejects(migrate({ 'web.yaml': OLD }, {}, false), { code: 'migrate/aborted' });
  });
});
