export {
  migrateCluster,
  type MigrateClusterOptions,
  type MigratedDefinition,
  type MigrateKube,
} from './migrate-cluster.ts';
export type { Target } from '../../engine/apiversions/index.ts';
export {
  type MigratedPath,
  migrateFiles,
  type MigrateOptions,
  type MigrateResult,
  type MigrateWorld,
  type MigrationFile,
} from './migrate-files.ts';
