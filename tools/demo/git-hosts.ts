import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startGitServer } from '../../test/support/git-server.ts';
import { findSshd, startSshServer } from '../../test/support/ssh-server.ts';

/** Where the repositories of the demo are; handed from one process to another as JSON. */
export interface GitHostsDescription {
  /** Folder of the bare repositories behind HTTP. */
  readonly httpRoot: string;
  readonly fleetUrl: string;
  /** URL of the team's repository: over SSH where an sshd can be had, else over HTTP. */
  readonly teamUrl: string;
  readonly teamRoot: string;
  /** Private key file for the team's repository; absent over HTTP. */
  readonly keyFile?: string;
  /** Why there is no SSH. */
  readonly noSsh?: string;
}

/**
 * Starts real Git servers on loopback with two empty repositories: `fleet` over HTTP with a password, and `team` over SSH.
 *
 * Effects: listens on loopback; writes a temporary folder
 */
export async function createGitHosts(password: string): Promise<{ description: GitHostsDescription; close(): Promise<void> }> {
  const http = await startGitServer({ user: 'git', password });
  await http.create('fleet');
  const sshd = await findSshd();
  if ('missing' in sshd) {
    await http.create('team');
    return {
      description: {
        httpRoot: http.root,
        fleetUrl: http.urlOf('fleet'),
        teamUrl: http.urlOf('team'),
        teamRoot: http.root,
        noSsh: sshd.missing,
      },
      close: () => http.close(),
    };
  }
  const keyFile = join(http.root, 'team-key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'demo', '-f', keyFile]);
  const ssh = await startSshServer(sshd, [readFileSync(`${keyFile}.pub`, 'utf8')]);
  await ssh.create('team');
  return {
    description: { httpRoot: http.root, fleetUrl: http.urlOf('fleet'), teamUrl: ssh.urlOf('team'), teamRoot: ssh.root, keyFile },
    async close() {
      await ssh.close();
      await http.close();
    },
  };
}
