import { existsSync } from 'node:fs';
import { createGitHosts } from './git-hosts.ts';

// A process of its own, so that the repositories outlive the demo where they are kept. It ends when the folder that it is
// given is gone, which is what "sandbox down" does, or when whoever started it says so.
const [folder = ''] = process.argv.slice(2);
// In the environment, not among the words: those anybody on the machine can read.
const hosts = await createGitHosts(process.env['DEMO_GIT_PASSWORD'] ?? '');
process.stdout.write(`${JSON.stringify(hosts.description)}\n`);
const end = async () => {
  await hosts.close();
  process.exit(0);
};
process.on('SIGTERM', () => void end());
process.on('SIGINT', () => void end());
setInterval(() => {
  if (!existsSync(folder)) void end();
}, 1000);
