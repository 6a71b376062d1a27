import { errorOf, type ToldError } from '../support/cli-world.ts';
import type { CliRun } from '../support/run-cli.ts';

/** What an error may name as its cause, in the words of the client, the API server or a part. */
const CAUSES =
  /connection|socket|stream|session|closed|reset|hang up|ECONN|answer|too many|internal error|unavailable|unable to handle|time limit|timed out|modified|conflict|expired|too old|Lease|broke|cut|ended/i;

/** Exit code 1, and an error, of each object if there are several, that names a cause which a reader can do something about. */
export function checkHonest(run: CliRun, tell: (what: string) => void): void {
  if (run.code !== 1) tell(`exit code ${run.code}`);
  const error = errorOf(run);
  const all = listErrors(error);
  for (const { code, message } of all) {
    if (code.startsWith('internal/') || /undefined|TypeError|Cannot read|\[object /.test(message)) tell(`${code}: ${message}`);
  }
  if (!all.some(({ message }) => CAUSES.test(message))) tell(`no cause in ${JSON.stringify(error)}`);
}

function listErrors(error: ToldError): ToldError[] {
  const objects = error.details?.['objects'];
  const ofObjects = Array.isArray(objects) ? (objects as { error?: ToldError }[]).flatMap(({ error: own }) => own ?? []) : [];
  return [error, ...ofObjects, ...(error.errors ?? [])];
}
