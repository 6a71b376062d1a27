import { FluxError } from '../core/errors.ts';
import type { TextSink } from '../core/host.ts';
import { formatJson, type JsonValue } from '../core/json.ts';
import type { TextPiece } from '../core/styled-text.ts';
import { escapeControl } from './escape-control.ts';
import { formatTable } from './format-table.ts';
import type { Output, OutputFormat } from './output.ts';
import { type Paint, PLAIN } from './terminal.ts';

/**
 * Prints a result on stdout in the wanted form.
 *
 * Effects: writes to the sink
 *
 * @param guard makes what people read harmless where it goes; what programs read stays as it is
 */
export async function printOutput(
  output: Output,
  format: OutputFormat,
  stdout: TextSink,
  guard?: (text: string) => string,
  paint: Paint = PLAIN,
): Promise<void> {
  const isForPeople = (format === 'table' || format === 'wide') && output.manifests !== true;
  const write =
    guard !== undefined && isForPeople ? (text: string) => stdout.write(guard(text)) : (text: string) => stdout.write(text);
  const sink = { write };
  if (output.stream !== undefined) return await printStream(output, output.stream, format, sink);
  const text = await formatOutput(output, format, paint);
  if (text !== '') sink.write(text);
}

/** Prints results as they come: rows below one head, or one document each. */
async function printStream(
  output: Output,
  stream: AsyncIterable<unknown>,
  format: OutputFormat,
  sink: Pick<TextSink, 'write'>,
): Promise<void> {
  let noHeader = output.view?.noHeader === true;
  for await (const data of stream) {
    if (format === 'json') {
      sink.write(`${formatJson(data)}\n`);
    } else if (format === 'yaml') {
      sink.write(`---\n${await formatOutput({ data }, 'yaml')}`);
    } else if (output.view !== undefined && output.view.shows?.(data) !== false) {
      sink.write(formatTable(output.view.columns, [data], { wide: format === 'wide', noHeader }));
      noHeader = true;
    }
  }
}

/** The text of a result; ends in a line break unless it is empty. */
export async function formatOutput(output: Output, format: OutputFormat, paint: Paint = PLAIN): Promise<string> {
  switch (format) {
    case 'json':
      return output.data === undefined ? '' : `${formatJson(output.data, 2)}\n`;
    case 'yaml': {
      if (output.manifests === true && output.text !== undefined) return output.text;
      if (output.data === undefined) return '';
      const { emitYaml } = await import('../core/yaml/emit-yaml.ts');
      return emitYaml(output.data as JsonValue);
    }
    case 'name':
      return (output.names ?? []).map((name) => `${name}\n`).join('');
    case 'table':
    case 'wide': {
      if (output.pieces !== undefined) return showPieces(output.pieces, paint);
      if (output.text !== undefined) return output.manifests === true ? output.text : escapeControl(output.text);
      if (output.view === undefined) return '';
      const { columns, rows, noHeader } = output.view;
      const shown = formatTable(columns, rows, { wide: format === 'wide', noHeader: noHeader === true });
      return output.after === undefined || output.after === '' ? shown : `${shown}\n${output.after}`;
    }
    case 'markdown': {
      const own = output.forms?.markdown;
      if (own !== undefined) return own();
      if (output.view === undefined) return '';
      const { formatMarkdown } = await import('./format-markdown.ts');
      return formatMarkdown(output.view.columns, output.view.rows);
    }
    case 'sarif':
      return output.forms?.sarif?.() ?? '';
    default:
      throw new FluxError('internal/bug', `no printer for the form "${String(format satisfies never)}"`);
  }
}

/** Colours come last, so that what is in the text cannot bring its own. */
function showPieces(pieces: readonly TextPiece[], paint: Paint): string {
  const show = ({ text, tone }: TextPiece): string => {
    const clean = escapeControl(text);
    return tone === undefined ? clean : paint(tone, clean);
  };
  return pieces.map(show).join('');
}
