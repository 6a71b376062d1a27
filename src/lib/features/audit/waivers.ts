import { FluxError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json.ts';
import { readText } from '../../core/read-object.ts';
import { parseYaml } from '../../core/yaml/index.ts';
import type { Waiver } from './types.ts';

/**
 * Reads a list of waivers: `{id, subject, until, reason}`. Each has to end some day and to say why it is there.
 *
 * Effects: none
 *
 * @throws {FluxError} audit/bad-waivers; yaml/…
 */
export function readWaivers(text: string, file: string): Waiver[] {
  const document = parseYaml(text, { file });
  const items = isJsonObject(document) ? document['waivers'] : document;
  if (!Array.isArray(items)) throw refuse(file, 'it is no list');
  return items.map((item, index) => {
    const where = `entry ${index + 1}`;
    if (!isJsonObject(item)) throw refuse(file, `${where} is no map`);
    const [id, subject, until, reason] = ['id', 'subject', 'until', 'reason'].map((field) => readText(item, field)) as [
      string,
      string,
      string,
      string,
    ];
    if (id === '') throw refuse(file, `${where} has no id`);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(until) || Number.isNaN(Date.parse(until))) {
      throw refuse(file, `${where} (${id}) has no last day: until: YYYY-MM-DD`);
    }
    if (reason.trim() === '') throw refuse(file, `${where} (${id}) has no reason`);
    const known = ['id', 'subject', 'until', 'reason'];
    const odd = Object.keys(item).find((field) => !known.includes(field));
    if (odd !== undefined) throw refuse(file, `${where} (${id}) has the unknown field ${JSON.stringify(odd)}`);
    return { id, until, reason, ...(subject === '' ? {} : { subject }) };
  });
}

/**
 * Tells whether a waiver covers a finding; the last day counts.
 *
 * Effects: none
 *
 * @param today `2026-11-28`
 */
export function isWaived(waiver: Waiver, id: string, subject: string, today: string): boolean {
  return waiver.id === id && (waiver.subject === undefined || waiver.subject === subject) && waiver.until >= today;
}

function refuse(file: string, why: string): FluxError {
  return new FluxError('audit/bad-waivers', `the waivers in ${file} cannot be used: ${why}`, {
    source: { file },
    hint: 'write a list: - {id: R4, subject: ClusterRole/crd-controller-flux-system, until: "2027-01-31", reason: why it is so}',
  });
}
