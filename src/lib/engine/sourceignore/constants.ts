/** Name of the files with patterns; fluxcd/pkg sourceignore/sourceignore.go. */
export const IGNORE_FILE = '.sourceignore';

/** Always excluded; fluxcd/pkg sourceignore/sourceignore.go ExcludeVCS. */
export const VCS_PATTERNS: readonly string[] = Object.freeze(['.git/', '.gitignore', '.gitmodules', '.gitattributes']);

/** Files that are no manifests, by their ending; fluxcd/pkg sourceignore/sourceignore.go ExcludeExt. */
export const EXTENSION_PATTERNS: readonly string[] = Object.freeze([
  '*.jpg',
  '*.jpeg',
  '*.gif',
  '*.png',
  '*.wmv',
  '*.flv',
  '*.tar.gz',
  '*.zip',
]);

/** Excluded unless the user has patterns; fluxcd/pkg sourceignore/sourceignore.go ExcludeExt, ExcludeCI, ExcludeExtra. */
export const DEFAULT_PATTERNS: readonly string[] = Object.freeze([
  ...EXTENSION_PATTERNS,
  '.github/',
  '.circleci/',
  '.travis.yml',
  '.gitlab-ci.yml',
  'appveyor.yml',
  '.drone.yml',
  'cloudbuild.yaml',
  'codeship-services.yml',
  'codeship-steps.yml',
  '**/.goreleaser.yml',
  '**/.sops.yaml',
  '**/.flux.yaml',
]);
