import type { BootstrapWorld } from './ports.ts';

/**
 * Asks an SSH server for its key and shows it: what comes is believed and pinned, so the user should look.
 *
 * Effects: opens a connection
 *
 * @returns text of a known_hosts file, without line end
 */
export async function scanHost(host: string, port: number, { git, progress, signal }: BootstrapWorld): Promise<string> {
  const text = (await git.scanHostKeys(host, port, signal === undefined ? {} : { signal })).trim();
  for (const line of text.split('\n')) {
    const [, type = '', key = ''] = line.split(' ');
    progress.success(`host key ${type} ${await formatFingerprint(key)} pinned in known_hosts`);
  }
  return text;
}

/** Writes a host key's fingerprint as `ssh-keygen -l` does. */
async function formatFingerprint(key: string): Promise<string> {
  const { createHash } = await import('node:crypto');
  const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}
