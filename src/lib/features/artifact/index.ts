export { buildArtifact, type BuildArtifactOptions, type BuiltArtifact } from './build-artifact.ts';
export { DEFAULT_IGNORE } from './default-ignore.ts';
export { type ArtifactChange, type ArtifactDiff, CHANGES_VIEW, diffArtifact, type DiffArtifactOptions } from './diff-artifact.ts';
export { ARTIFACTS_VIEW, type ListedArtifact, listArtifacts, type ListArtifactsOptions } from './list-artifacts.ts';
export type { ArtifactFiles, ArtifactWorld, OpenRegistry, PackRequest, PathKind, RegistryChoice } from './ports.ts';
export { type PulledArtifact, pullArtifact, type PullArtifactOptions } from './pull-artifact.ts';
export { pushArtifact, type PushArtifactOptions, type PushedArtifact } from './push-artifact.ts';
export { TAGS_VIEW, tagArtifact, type TagArtifactOptions, type TaggedArtifact } from './tag-artifact.ts';
