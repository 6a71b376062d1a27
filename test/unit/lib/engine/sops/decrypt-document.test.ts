import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decryptDocument } from '../../../../../src/lib/engine/sops/decrypt-document.ts';
import { formatForPath } from '../../../../../src/lib/engine/sops/format-for-path.ts';
import type { SopsFormat } from '../../../../../src/lib/engine/sops/types.ts';
import { readData, rejects, servicesOf } from './sops-data.ts';

interface Options {
  readonly content?: Uint8Array;
  readonly checkMac?: boolean;
  readonly outputFormat?: SopsFormat;
}

async function decrypt(file: string, keys: readonly string[], options: Options = {}): Promise<Uint8Array> {
  const { content = readData(file), ...rest } = options;
  return await decryptDocument(content, { format: formatForPath(file), services: await servicesOf(...keys), file, ...rest });
}

/** The content with a change. */
function changed(file: string, from: string | RegExp, to: string): Buffer {
  const text = readData(file).toString('utf8');
  assert.match(text, from instanceof RegExp ? from : new RegExp(from.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return Buffer.from(text.replace(from, to));
}

describe('decryptDocument() and what the sops CLI made', () => {
  for (const [encrypted, plain] of [
    ['secret.enc.yaml', 'secret.plain.yaml'],
    ['values.enc.yaml', 'values.plain.yaml'],
    ['documents.enc.yaml', 'documents.plain.yaml'],
    ['config.enc.json', 'config.plain.json'],
    ['config.enc.ini', 'config.plain.ini'],
    ['settings.enc.env', 'settings.plain.env'],
    ['blob.enc.bin', 'blob.plain.bin'],
    ['many.enc.yaml', 'secret.plain.yaml'],
    ['mac-only.enc.yaml', 'rules.plain.yaml'],
    ['encrypted-suffix.enc.yaml', 'rules.plain.yaml'],
    ['unencrypted-suffix.enc.yaml', 'rules.plain.yaml'],
    ['encrypted-regex.enc.yaml', 'rules.plain.yaml'],
    ['unencrypted-regex.enc.yaml', 'rules.plain.yaml'],
    ['encrypted-comment.enc.yaml', 'comments.plain.yaml'],
    ['unencrypted-comment.enc.yaml', 'comments-open.plain.yaml'],
  ] as const) {
    it(`gives the bytes of ${plain} for ${encrypted}, and the MAC holds`, async () => {
      assert.equal(Buffer.from(await decrypt(encrypted, ['age.agekey'])).compare(readData(plain)), 0);
    });
  }

  for (const [encrypted, key] of [
    ['pgp-ecc.enc.yaml', 'ecc.asc'],
    ['pgp-rsa.enc.yaml', 'rsa.asc'],
    ['pq.enc.yaml', 'pq.agekey'],
    ['many.enc.yaml', 'ecc.asc'],
    ['many.enc.yaml', 'other.agekey'],
  ] as const) {
    it(`opens ${encrypted} with ${key}, among keys that do not fit`, async () => {
      const plain = await decrypt(encrypted, ['locked.asc', key]);
      assert.equal(Buffer.from(plain).toString(), readData('secret.plain.yaml').toString());
    });
  }

  it('writes another format than it reads', async () => {
    const json = await decrypt('rules.enc.yaml', ['age.agekey'], {
      content: readData('encrypted-regex.enc.yaml'),
      outputFormat: 'json',
    });
    assert.deepEqual(JSON.parse(Buffer.from(json).toString()), {
      open: 'shown',
      secret_part: 'hidden',
      nested: { secret_part: 'hidden too', other: 5 },
      list: ['a', 2],
    });
    await rejects(
      decrypt('values.enc.yaml', ['age.agekey'], { outputFormat: 'dotenv' }),
      'sops/cannot-write',
      /^failed to emit encrypted YAML file as decrypted dotenv: cannot use complex value in dotenv file; offending key database$/,
    );
    await rejects(
      decrypt('values.enc.yaml', ['age.agekey'], { outputFormat: 'binary' }),
      'sops/cannot-write',
      /decrypted binary: error emitting binary store: no binary data found in tree$/,
    );
  });
});

describe('decryptDocument() and key groups', () => {
  const plain = readData('secret.plain.yaml').toString();
  for (const keys of [
    ['age.agekey', 'other.agekey'],
    ['other.agekey', 'ecc.asc'],
    ['age.agekey', 'other.agekey', 'ecc.asc'],
  ]) {
    it(`puts the data key together from the shares of ${keys.join(' and ')}`, async () => {
      assert.equal(Buffer.from(await decrypt('groups.enc.yaml', keys)).toString(), plain);
    });
  }

  it('says which groups stay closed, and why', async () => {
    await rejects(
      decrypt('groups.enc.yaml', ['age.agekey']),
      'sops/no-data-key',
      /^cannot get sops data key: .*\(1 of 2 groups needed\): group 1: age age1\w+: .*no identity matched.*; group 2: pgp 0F9D\w+: .*no secret key$/,
    );
  });
});

describe('decryptDocument() refuses', () => {
  it('a file whose keys are not at hand, and names them', async () => {
    await rejects(
      decrypt('secret.enc.yaml', ['other.agekey']),
      'sops/no-data-key',
      /group 0: age age1x60x26\w+: .*no identity matched any/,
    );
    await rejects(decrypt('secret.enc.yaml', []), 'sops/no-data-key', /no age identities are at hand/);
    await rejects(
      decrypt('pgp-ecc.enc.yaml', ['rsa.asc']),
      'sops/no-data-key',
      /pgp 0F9DB281281A9300A123625E22FDA75C5DA3845B: .*no secret key/,
    );
    await rejects(decrypt('pgp-locked.enc.yaml', ['locked.asc']), 'sops/no-data-key', /locked with a passphrase/);
  });

  it('a value that was changed, and tells its path', async () => {
    const content = changed('secret.enc.yaml', /(password: ENC\[AES256_GCM,data:)(.)/, '$1/');
    await rejects(
      decrypt('secret.enc.yaml', ['age.agekey'], { content, checkMac: false }),
      'sops/decrypt-failed',
      /^error decrypting sops tree: Error walking tree: stringData\.password: Could not decrypt value: .*message authentication failed$/,
    );
  });

  it('a value that was moved to another key', async () => {
    const text = readData('secret.enc.yaml').toString();
    const user = /user: (ENC.*)/.exec(text)?.[1] ?? '';
    const content = changed('secret.enc.yaml', /password: ENC.*/, `password: ${user}`);
    await rejects(
      decrypt('secret.enc.yaml', ['age.agekey'], { content, checkMac: false }),
      'sops/decrypt-failed',
      /stringData\.password/,
    );
  });

  it('a value in clear where it should be encrypted, without telling it', async () => {
    const content = changed('secret.enc.yaml', /password: ENC.*/, 'password: correct horse battery staple');
    await rejects(
      decrypt('secret.enc.yaml', ['age.agekey'], { content, checkMac: false }),
      'sops/decrypt-failed',
      /Input string <redacted> does not match sops' data format$/,
    );
    const number = changed('secret.enc.yaml', /password: ENC.*/, 'password: 12');
    await rejects(
      decrypt('secret.enc.yaml', ['age.agekey'], { content: number }),
      'sops/decrypt-failed',
      /Expected encrypted value as string, but got int$/,
    );
  });

  it('changes of what is in clear, by the MAC, unless that is not to be looked at', async () => {
    const content = changed('secret.enc.yaml', 'app: web', 'app: cat');
    await rejects(
      decrypt('secret.enc.yaml', ['age.agekey'], { content }),
      'sops/mac-mismatch',
      /^failed to verify sops data integrity: expected mac '[0-9A-F]{128}', got '[0-9A-F]{128}'$/,
    );
    const plain = await decrypt('secret.enc.yaml', ['age.agekey'], { content, checkMac: false });
    assert.match(Buffer.from(plain).toString(), /app: cat/);
    const open = changed('mac-only.enc.yaml', 'open: shown', 'open: changed');
    assert.match(Buffer.from(await decrypt('mac-only.enc.yaml', ['age.agekey'], { content: open })).toString(), /open: changed/);
  });

  it('a MAC of another time, and one that was taken out', async () => {
    const later = changed('secret.enc.yaml', /lastmodified: "\d{4}/, 'lastmodified: "2031');
    await rejects(
      decrypt('secret.enc.yaml', ['age.agekey'], { content: later }),
      'sops/decrypt-failed',
      /^failed to verify sops data integrity: /,
    );
    const none = changed('secret.enc.yaml', /mac: ENC.*/, 'mac: ""');
    await rejects(decrypt('secret.enc.yaml', ['age.agekey'], { content: none }), 'sops/mac-mismatch', /expected mac 'no MAC'/);
  });

  it('what is no encrypted file', async () => {
    const reading = (file: string, text: string) => decrypt(file, ['age.agekey'], { content: Buffer.from(text) });
    await rejects(
      reading('a.yaml', 'a: 1\n'),
      'sops/bad-metadata',
      /^failed to load encrypted YAML data: sops metadata not found$/,
    );
    await rejects(reading('a.json', '[1]'), 'sops/bad-file', /^failed to load encrypted JSON data: .*top-level object/);
    await rejects(reading('a.bin', '{"a": 1'), 'sops/bad-file', /^failed to load encrypted binary data: /);
    await rejects(
      reading('a.env', 'secret'),
      'sops/bad-file',
      /^failed to load encrypted dotenv data: invalid dotenv input line$/,
    );
    await rejects(reading('a.ini', '[secret'), 'sops/bad-file', /^failed to load encrypted INI data: .*unclosed section$/);
    await rejects(reading('a.yaml', '- a\n'), 'sops/bad-file', /YAML documents that are sequences are not supported/);
    await rejects(reading('a.yaml', 'a: [\n'), 'sops/bad-file', /^failed to load encrypted YAML data: /);
    await rejects(reading('a.yaml', 'a: 1\na: 2\n'), 'sops/bad-file', /mapping key already defined/);
    await rejects(reading('a.yaml', 'sops: text\n'), 'sops/bad-metadata', /not a mapping/);
  });

  it('YAML that grows without end', async () => {
    const levels = Array.from(
      { length: 12 },
      (_one, at) =>
        `a${at}: &a${at} [${
          at === 0
            ? 'x'
            : Array(10)
                .fill(`*a${at - 1}`)
                .join(', ')
        }]`,
    );
    await rejects(
      decrypt('bomb.yaml', ['age.agekey'], { content: Buffer.from(`${levels.join('\n')}\nsops: {mac: x}\n`) }),
      'sops/bad-file',
      /excessive aliasing/,
    );
    await rejects(
      decrypt('deep.json', ['age.agekey'], { content: Buffer.from(`{"a":${'['.repeat(5000)}`) }),
      'sops/bad-file',
      /exceeded max depth/,
    );
  });
});
