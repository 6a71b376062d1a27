import { Buffer } from 'node:buffer';

import { AGENT_CAPABILITY } from '../constants.ts';
import { FLUSH, formatPacket } from './pkt-line.ts';

/** What to ask a server for. */
export interface FetchRequest {
  /** Object ids; at least one. */
  readonly wants: readonly string[];
  /** How many commits of history; absent means all. */
  readonly depth?: number;
  /** `tree:0` leaves files and directories out. */
  readonly filter?: string;
}

/**
 * Writes the request for a pack. Only what the server says it can do is asked for.
 *
 * Effects: none
 * Source: git Documentation/gitprotocol-pack.txt, "Packfile Negotiation"
 */
export function formatFetchRequest(request: FetchRequest, capabilities: ReadonlyMap<string, string>): Buffer {
  const wanted = ['side-band-64k', 'ofs-delta', 'no-progress'];
  if (request.depth !== undefined) wanted.push('shallow');
  if (request.filter !== undefined) wanted.push('filter');
  // Without something to compare, these change nothing; but Azure DevOps serves only clients that ask for one of them.
  wanted.push(capabilities.has('multi_ack_detailed') ? 'multi_ack_detailed' : 'multi_ack');
  const agreed = wanted.filter((name) => capabilities.has(name));
  if (capabilities.has('agent')) agreed.push(AGENT_CAPABILITY);
  const lines: Uint8Array[] = request.wants.map((id, index) =>
    formatPacket(index === 0 ? `want ${id} ${agreed.join(' ')}\n` : `want ${id}\n`),
  );
  if (request.depth !== undefined && capabilities.has('shallow')) lines.push(formatPacket(`deepen ${request.depth}\n`));
  if (request.filter !== undefined && capabilities.has('filter')) lines.push(formatPacket(`filter ${request.filter}\n`));
  lines.push(FLUSH, formatPacket('done\n'));
  return Buffer.concat(lines);
}
