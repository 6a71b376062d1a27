export {
  type BuildDecryption,
  type BuiltKustomization,
  buildKustomization,
  buildTree,
  formatManifests,
  type KustomizationBuildOptions,
  type KustomizationBuildWorld,
} from './build-kustomization.ts';
export { renderFolder, type RenderOptions, type RenderWorld } from './render-folder.ts';
export { substituteEnvironment } from './substitute-environment.ts';
