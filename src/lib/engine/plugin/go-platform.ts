import type { GoPlatform } from './types.ts';

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le', mipsel: 'mipsle' };

/**
 * Names a system and its processor as Go does.
 *
 * Effects: none
 *
 * @param platform as `process.platform`
 * @param arch as `process.arch`
 * @example goPlatform('win32', 'x64') // { os: 'windows', arch: 'amd64' }
 */
export function goPlatform(platform: string, arch: string): GoPlatform {
  return { os: platform === 'win32' ? 'windows' : platform, arch: ARCHITECTURES[arch] ?? arch };
}
