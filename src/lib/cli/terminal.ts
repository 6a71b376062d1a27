import type { SourcePosition } from '../core/errors.ts';
import type { Progress } from '../core/progress.ts';
import { redact } from '../core/redact.ts';
import type { Tone } from '../core/styled-text.ts';
import type { TextSink } from '../core/host.ts';
import type { CiLog } from './ci-log.ts';
import { escapeControl } from './escape-control.ts';

/** Colours a text; without colours it gives the text back. */
export type Paint = (tone: Tone, text: string) => string;

/** Paints nothing. */
export const PLAIN: Paint = (_tone, text) => text;

/**
 * Tells whether a stream gets colours.
 *
 * Source: no-color.org; FORCE_COLOR and CLICOLOR_FORCE as chalk and most tools read them
 */
export function wantsColour(sink: TextSink, env: Readonly<Record<string, string | undefined>>): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'] || env['CLICOLOR_FORCE'] || '';
  if (forced !== '') return forced !== '0' && forced !== 'false';
  return sink.isTTY && env['TERM'] !== 'dumb';
}

/** Loads the colours; it is called only where there is something to colour. */
export async function loadPaint(): Promise<Paint> {
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  const tones = {
    good: chalk.green,
    bad: chalk.red,
    mind: chalk.yellow,
    doing: chalk.cyan,
    dim: chalk.dim,
    strong: chalk.bold,
  };
  return (tone, text) => tones[tone](text);
}

/**
 * Tells the story of a command on a stream, with Flux's marks.
 *
 * Source: fluxcd/flux2 cmd/flux/log.go
 *
 * @param isLive true shows below the story what is being done right now
 * @param ci marks the run with warnings and failures, and folds long parts
 */
export function tellTo(sink: TextSink, paint: Paint, isLive = false, ci?: CiLog): Progress {
  const clean = (text: string) => escapeControl(redact(text));
  const block = isLive ? createLiveBlock(sink, paint) : undefined;
  const tell = (text: string): void => {
    if (block === undefined) sink.write(text);
    else block.above(text);
  };
  const line = (tone: Tone, mark: string) => (text: string) => tell(`${paint(tone, mark)} ${clean(text)}\n`);
  const annotate = ci?.annotate;
  const marked = (level: 'warning' | 'error', tone: Tone, mark: string) =>
    annotate === undefined ? line(tone, mark) : (text: string, place?: SourcePosition) => annotate(level, clean(text), place);
  return {
    action: line('doing', '►'),
    generate: line('doing', '✚'),
    waiting: line('doing', '◎'),
    success: line('good', '✔'),
    warning: marked('warning', 'mind', '⚠️ '),
    failure: marked('error', 'bad', '✗'),
    detail: (text) => tell(`${clean(text).replace(/^(?=.)/gm, '    ')}\n`),
    ...(ci === undefined ? {} : { section: (title) => ci.section(clean(title)) }),
    ...(block === undefined ? {} : { live: (key, text) => block.set(key, text === undefined ? undefined : clean(text)) }),
  };
}

/** Whether lines can be redrawn, and somebody is there to see it. */
export function wantsLive(sink: TextSink, env: Readonly<Record<string, string | undefined>>): boolean {
  return sink.isTTY && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === '';
}

/** How many things are shown at once; of more there is only a number. */
const MOST_LIVE = 10;

interface LiveBlock {
  /** Writes text above the block. */
  above(text: string): void;
  set(key: string, text: string | undefined): void;
}

/** Keeps lines at the end of a terminal, and takes them away when they are over. */
function createLiveBlock(sink: TextSink, paint: Paint): LiveBlock {
  const lines = new Map<string, string>();
  let drawn = 0;
  const redraw = (text: string): void => {
    // Some terminals do not know their width, and say 0.
    const width = Math.max(20, (sink.columns || 80) - 1);
    const shown = [...lines].slice(0, MOST_LIVE).map(([key, doing]) => shorten(`◌ ${key}: ${doing}`, width));
    if (lines.size > MOST_LIVE) shown.push(`◌ and ${lines.size - MOST_LIVE} more`);
    const erase = drawn === 0 ? '' : `\u001B[${drawn}A\u001B[0J`;
    sink.write(`${erase}${text}${shown.map((one) => `${paint('dim', one)}\n`).join('')}`);
    drawn = shown.length;
  };
  return {
    above: redraw,
    set(key, text) {
      if (text === undefined ? !lines.delete(key) : lines.get(key) === text) return;
      if (text !== undefined) lines.set(key, text);
      redraw('');
    },
  };
}

/** A line that wrapped could not be taken away again. */
function shorten(text: string, width: number): string {
  const characters = [...text];
  return characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : text;
}
