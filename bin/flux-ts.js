#!/usr/bin/env node
// Starts flux-ts. It is kept to what every Node since 18 understands, so that a too old one is told so in plain words.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const packageDir = fileURLToPath(new URL('..', import.meta.url));
const built = `${packageDir}dist/main.js`;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
// The ranges of "engines" in package.json.
const fits = (major === 22 && minor >= 22) || (major === 24 && minor >= 15) || major >= 26;
const ownNode = `${packageDir}node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`;

if (fits) {
  if (existsSync(built)) {
    module.enableCompileCache?.();
    const { main } = await import('../dist/main.js');
    await main(packageDir);
  } else if (existsSync(`${packageDir}src/main.ts`)) {
    const { main } = await import('../src/main.ts');
    await main(packageDir);
  } else {
    fail('this package has no dist/main.js: it was not built', 'run "npm run build" in it');
  }
} else if (existsSync(ownNode) && process.env.FLUX_TS_NODE === undefined) {
  const child = spawn(ownNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, FLUX_TS_NODE: 'own' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${ownNode} cannot be started: ${error.message}`, `install Node ${wanted()}`));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
} else {
  fail(
    `flux-ts needs Node ${wanted()}, and this is Node ${process.versions.node}`,
    'install a newer Node, or run "npm ci" where flux-ts is checked out',
  );
}

function wanted() {
  return JSON.parse(readFileSync(`${packageDir}package.json`, 'utf8')).engines.node;
}

function fail(message, mend) {
  process.stderr.write(`✗ ${message}\n  ${mend}\n`);
  process.exitCode = 1;
}
