export { type BuildOptions, type BuildRecipe, buildBinary, readGoVersion } from './build-binary.ts';
export { endProcesses } from './end-processes.ts';
export {
  type BinaryName,
  type BinaryPaths,
  type BinarySearch,
  type BinarySearchResult,
  findBinaries,
} from './find-binaries.ts';
export { findFreePorts } from './free-port.ts';
export type { Host } from './host.ts';
export { type ControlPlane, type ControlPlaneStatus, inspectControlPlane } from './inspect-control-plane.ts';
export { killControlPlane } from './kill-control-plane.ts';
export { COMPONENTS, type Component } from './layout.ts';
export { isRunning, type ProcessIdentity, readStartTime } from './process-identity.ts';
export { type StartOptions, startControlPlane } from './start-control-plane.ts';
export { stopControlPlane } from './stop-control-plane.ts';
export { KUBERNETES_VERSION } from './versions.ts';
export { type LockOptions, readLockHolder, withLock } from './with-lock.ts';
