// Runs a task of this checkout (`npm test`, `npm run demo`, …) from nothing but a Node and npm: it installs what the lock
// file names where that is not there yet, and goes over to the Node that the project pins.
// Kept to what every Node since 18 understands, and to Node's own modules.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === 'win32';
const ownNode = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
const stamp = join(root, 'node_modules', '.flux-ts-installed');

const [task, ...words] = process.argv.slice(2);
if (task === undefined) stop('say what to run: node tools/run.mjs TASK');
install();
const file = join(root, 'tools', 'tasks', `${task}.ts`);
if (!existsSync(file)) stop(`there is no task "${task}"`);
const ran = spawnSync(ownNode, ['--disable-warning=ExperimentalWarning', file, ...words], { cwd: root, stdio: 'inherit' });
process.exit(ran.status ?? 1);

/** Installs the dependencies, unless those of this very lock file are there. */
function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(ownNode) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const started = Date.now();
  say('► installing dependencies (npm ci), about a minute');
  npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  // Install scripts are off (.npmrc); this one alone is wanted: it puts the pinned Node in place.
  if (!existsSync(ownNode)) npm(['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error']);
  if (!existsSync(ownNode)) stop('the pinned Node was not installed: node_modules/node/bin is empty');
  writeFileSync(stamp, wanted);
  say(`✔ dependencies installed in ${Math.round((Date.now() - started) / 1000)}s`);
}

function npm(args) {
  const ran = spawnSync(windows ? 'npm.cmd' : 'npm', args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: windows,
  });
  if (ran.status !== 0) stop(`npm ${args[0]} failed`);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function stop(text) {
  say(`✗ ${text}`);
  process.exit(1);
}
