export { latestApiVersion, type Target, TARGETS } from './latest-versions.ts';
export { type FileChange, type MigratedFile, migrateFile } from './migrate-file.ts';
export type { UpgradedObject, UpgradeNote } from './types.ts';
export { upgradeObject } from './upgrade-object.ts';
