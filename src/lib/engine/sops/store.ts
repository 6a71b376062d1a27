import { FluxError, isFluxError, messageOf } from '../../core/errors.ts';
import { FORMAT_NAMES } from './format-for-path.ts';
import { readDotenv, writeDotenv } from './formats/dotenv.ts';
import { readIni } from './formats/read-ini.ts';
import { readJson } from './formats/read-json.ts';
import { writeIni } from './formats/write-ini.ts';
import { writeJson } from './formats/write-json.ts';
import { readMetadata } from './read-metadata.ts';
import { type Branch, type EncryptedTree, isBranch, type SopsFormat, type TreeItem } from './types.ts';
import { unflatten } from './unflatten.ts';

/** Where the metadata is in formats with members, and what begins its keys in those without. */
const METADATA_KEY = 'sops';
const METADATA_PREFIX = 'sops_';

/**
 * Reads an encrypted file.
 *
 * Effects: none; loads the YAML reader for YAML
 * Source: sops stores
 *
 * @param file what the content is called in messages
 * @throws {FluxError} sops/bad-file: it is not of that format; sops/bad-metadata: what it says about its encryption is missing
 * or wrong
 */
export async function loadEncrypted(content: Uint8Array, format: SopsFormat, file: string): Promise<EncryptedTree> {
  try {
    const branches = await loadBranches(decode(content, format, file), format, file);
    return takeMetadata(branches, format);
  } catch (error) {
    if (!isFluxError(error)) throw error;
    const code = isFluxError(error, 'sops/') ? error.code : 'sops/bad-file';
    throw new FluxError(code, `failed to load encrypted ${FORMAT_NAMES[format]} data: ${error.message}`, {
      source: error.source ?? { file },
      hint: 'encrypt the file again with the sops CLI',
      cause: error,
    });
  }
}

function decode(content: Uint8Array, format: SopsFormat, file: string): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
  if (format !== 'yaml' || !text.includes('\ufffd') || Buffer.from(text).equals(content)) return text;
  throw new FluxError('sops/bad-file', 'the text is not UTF-8', { source: { file } });
}

async function loadBranches(text: string, format: SopsFormat, file: string): Promise<readonly Branch[]> {
  switch (format) {
    case 'yaml': {
      const { readYaml } = await import('./formats/read-yaml.ts');
      return readYaml(text, file);
    }
    case 'dotenv':
      return [readDotenv(text, file)];
    case 'ini':
      return [readIni(text, file)];
    default:
      return [readJson(text, file)];
  }
}

/** Takes the metadata out of the documents; each document of a YAML file has them, those of the first one count. */
export function takeMetadata(branches: readonly Branch[], format: SopsFormat): EncryptedTree {
  const isFlat = format === 'dotenv';
  const isMetadata = ({ key }: TreeItem, at: number): boolean =>
    typeof key === 'string' && (isFlat ? at === 0 && key.startsWith(METADATA_PREFIX) : key === METADATA_KEY);
  const rest = branches.map(
    (branch, at): Branch => ({ type: 'branch', items: branch.items.filter((item) => !isMetadata(item, at)) }),
  );
  const found = (branches[0]?.items ?? []).filter((item) => isMetadata(item, 0));
  if (found.length === 0) throw new FluxError('sops/bad-metadata', 'sops metadata not found');
  if (isFlat) {
    const entries = found.map(({ key, value }) => [String(key).slice(METADATA_PREFIX.length), value] as const);
    return { branches: rest, metadata: readMetadata(unflatten(entries)) };
  }
  if (found.length > 1) throw new FluxError('sops/bad-metadata', `Found duplicate ${METADATA_KEY} entry`);
  const metadata = found[0]?.value;
  if (!isBranch(metadata)) throw new FluxError('sops/bad-metadata', `Found ${METADATA_KEY} entry that is not a mapping`);
  return { branches: rest, metadata: readMetadata(format === 'ini' ? unflatten(escapedEntries(metadata)) : metadata) };
}

/** INI has line breaks of metadata escaped once more. */
function escapedEntries({ items }: Branch): (readonly [string, TreeItem['value']])[] {
  return items.flatMap(({ key, value }) =>
    typeof key === 'string' ? [[key, typeof value === 'string' ? value.replaceAll('\\n', '\n') : value] as const] : [],
  );
}

/**
 * Writes a document in clear.
 *
 * Effects: none; loads the YAML writer for YAML
 * Source: sops stores
 *
 * @throws {FluxError} sops/cannot-write: the document has what the format can't hold
 */
export async function emitPlain(branches: readonly Branch[], from: SopsFormat, to: SopsFormat): Promise<Uint8Array> {
  try {
    return await emit(branches, to);
  } catch (error) {
    throw new FluxError(
      'sops/cannot-write',
      `failed to emit encrypted ${FORMAT_NAMES[from]} file as decrypted ${FORMAT_NAMES[to]}: ${messageOf(error)}`,
    );
  }
}

async function emit(branches: readonly Branch[], format: SopsFormat): Promise<Uint8Array> {
  const first: Branch = branches[0] ?? { type: 'branch', items: [] };
  switch (format) {
    case 'yaml': {
      const { writeYaml } = await import('./formats/write-yaml.ts');
      return Buffer.from(writeYaml(branches));
    }
    case 'json':
      return Buffer.from(writeJson(first));
    case 'dotenv':
      return Buffer.from(writeDotenv(first));
    case 'ini':
      return Buffer.from(writeIni(branches));
    default:
      return emitBinary(branches);
  }
}

/** A binary file is one value, called `data`. */
function emitBinary(branches: readonly Branch[]): Uint8Array {
  const problem = (why: string): FluxError => new FluxError('sops/cannot-write', `error emitting binary store: ${why}`);
  if (branches.length !== 1) throw problem('there must be exactly one tree branch');
  const value = branches[0]?.items.find(({ key }) => key === 'data')?.value;
  if (value === undefined) throw problem('no binary data found in tree');
  if (typeof value === 'string') return Buffer.from(value);
  if (typeof value === 'object' && value !== null && 'bytes' in value) return value.bytes;
  throw problem("'data' key in tree does not have a string value");
}
