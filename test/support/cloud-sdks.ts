import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The real SDKs of the clouds, where they are installed. */
export interface CloudSdks {
  /** Why tests that need them are skipped; false where they are there. */
  readonly skip: string | false;
  load(name: string): Promise<unknown>;
}

/**
 * Looks for SDKs of clouds in the folder that `FLUX_TS_CLOUD_SDKS` names, else next to this checkout. They are no dependencies
 * of it, so that a test that needs them is skipped where somebody has not installed them.
 *
 * Effects: reads the environment and the disk
 */
export function findCloudSdks(...names: readonly string[]): CloudSdks {
  const folder = process.env['FLUX_TS_CLOUD_SDKS'] ?? fileURLToPath(new URL('../..', import.meta.url));
  const require = createRequire(join(folder, 'package.json'));
  const missing = names.filter((name) => {
    try {
      require.resolve(name);
      return false;
    } catch {
      return true;
    }
  });
  const how = `npm install --prefix FOLDER ${missing.join(' ')}; FLUX_TS_CLOUD_SDKS=FOLDER`;
  return {
    skip: missing.length === 0 ? false : `SDKs are not installed: ${how}`,
    load: (name) => import(pathToFileURL(require.resolve(name)).href),
  };
}
