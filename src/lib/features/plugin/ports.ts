import type { ProgramCall } from '../../core/host.ts';
import type { Progress } from '../../core/progress.ts';
import type { DownloadPorts, GoPlatform, PluginCatalog, PluginFolder, ReadTar } from '../../engine/plugin/index.ts';

/** What plugins need of the world. */
export interface PluginWorld {
  readonly folder: PluginFolder;
  /** The catalogue that the environment names. */
  readonly catalog: PluginCatalog;
  /** The system that programs have to fit. */
  readonly platform: GoPlatform;
  readonly downloads: DownloadPorts;
  readonly readTar: ReadTar;
  readonly progress: Progress;
  readonly now: () => Date;
  /** How a plugin is started on this system. */
  callOf(path: string, args: readonly string[]): ProgramCall;
  /** Runs a plugin and gives what it printed on stdout; rejects where it fails. */
  ask(path: string, args: readonly string[]): Promise<string>;
}
