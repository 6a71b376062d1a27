import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import type { Clock } from './context.ts';
import type { Host } from './core/host.ts';
import { pluginPlaceOf } from './core/plugin-folder.ts';
import type { Progress } from './core/progress.ts';
import { readTar } from './engine/artifact/index.ts';
import { goPlatform, makeGet, openCatalog, openPluginFolder, programCall } from './engine/plugin/index.ts';
import type { PluginWorld } from './features/plugin/index.ts';

/** What of the context it takes. */
export interface PluginWorldInit {
  readonly host: Host;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** Most bytes of what a plugin completes to. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * Makes all that plugins need.
 *
 * Effects: none by itself
 */
export function makePluginWorld({ host, progress, signal, clock }: PluginWorldInit): PluginWorld {
  const { path, isDefault } = pluginPlaceOf(host);
  const downloads = { get: makeGet(host.env), sleep: clock.sleep, signal };
  const catalog = () => openCatalog(host.env['FLUXCD_PLUGIN_CATALOG'] ?? '', downloads);
  const callOf: PluginWorld['callOf'] = (program, args) => programCall(program, args, host.platform, host.env['ComSpec']);
  return {
    folder: openPluginFolder({ path: resolve(host.cwd, path), isDefault, platform: host.platform }),
    catalog: {
      list: async () => await (await catalog()).list(),
      manifest: async (name) => await (await catalog()).manifest(name),
    },
    platform: goPlatform(host.platform, host.arch),
    downloads,
    readTar,
    progress,
    now: () => host.now(),
    callOf,
    ask(program, args) {
      const call = callOf(program, args);
      return new Promise((done, fail) => {
        const options = {
          cwd: host.cwd,
          env: { ...host.env },
          signal,
          maxBuffer: MAX_ANSWER_BYTES,
          windowsHide: true,
          windowsVerbatimArguments: call.isVerbatim,
        };
        execFile(call.file, call.args, options, (error, stdout) => {
          if (error === null) done(stdout);
          else fail(error);
        });
      });
    },
  };
}
