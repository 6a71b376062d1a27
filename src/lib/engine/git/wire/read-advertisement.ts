import { FluxError } from '../../../core/errors.ts';
import { ZERO_ID } from '../constants.ts';
import { protocolError } from '../errors.ts';
import type { RemoteRefs } from '../types.ts';
import type { ByteReader } from './byte-reader.ts';
import { readPacket, textOf } from './pkt-line.ts';

/** The references of a server with what it can do. */
export interface Advertisement extends RemoteRefs {
  /** Value by name; empty for those without. */
  readonly capabilities: ReadonlyMap<string, string>;
}

/**
 * Reads the list of references that a server sends first (protocol version 0 or 1).
 *
 * Effects: reads the stream
 * Source: git Documentation/gitprotocol-pack.txt, "Reference Discovery"
 *
 * @throws {FluxError} git/protocol-error: not such a list
 * @throws {FluxError} git/unsupported: a repository with SHA-256 ids
 */
export async function readAdvertisement(reader: ByteReader): Promise<Advertisement> {
  const refs = new Map<string, string>();
  const peeled = new Map<string, string>();
  let capabilities = new Map<string, string>();
  let head: string | undefined;
  let first = true;
  for (;;) {
    const packet = await readPacket(reader);
    if (packet.type === 'flush') break;
    const line = textOf(packet);
    // An empty repository may send nothing at all; anything else ends with a flush.
    if (line === undefined && packet.type === 'end' && first) break;
    if (line === undefined) throw protocolError('the Git server ended its list of references early');
    if (first && line === 'version 1') continue;
    if (line.startsWith('shallow ')) continue;
    const [entry = '', listed] = first ? split(line, '\0') : [line];
    if (first && listed !== undefined) ({ capabilities, head } = parseCapabilities(listed));
    first = false;
    if (capabilities.get('object-format') === 'sha256') throw unsupportedFormat();
    const match = /^([0-9a-f]{40}) (.+)$/.exec(entry);
    if (match === null) {
      if (/^[0-9a-f]{64} /.test(entry)) throw unsupportedFormat();
      throw protocolError(`the Git server listed a reference that cannot be read: ${JSON.stringify(entry.slice(0, 80))}`);
    }
    const [, id = '', name = ''] = match;
    if (id === ZERO_ID) continue;
    if (name.endsWith('^{}')) peeled.set(name.slice(0, -3), id);
    else refs.set(name, id);
  }
  return { refs, peeled, capabilities, ...(head === undefined ? {} : { head }) };
}

function unsupportedFormat(): FluxError {
  return new FluxError('git/unsupported', 'the repository uses SHA-256 object ids, only SHA-1 is supported', {
    hint: 'Mirror it into a repository made with "git init --object-format=sha1"',
    terminal: true,
  });
}

function parseCapabilities(text: string): { capabilities: Map<string, string>; head: string | undefined } {
  const capabilities = new Map<string, string>();
  let head: string | undefined;
  for (const word of text.split(' ')) {
    if (word === '') continue;
    const [name = '', value = ''] = split(word, '=');
    // "symref" may come several times; only that of HEAD matters.
    if (name === 'symref' && value.startsWith('HEAD:')) head = value.slice('HEAD:'.length);
    capabilities.set(name, value);
  }
  return { capabilities, head };
}

function split(text: string, at: string): [string, string | undefined] {
  const index = text.indexOf(at);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + at.length)];
}
