export { build, KUSTOMIZE_VERSION, render, renderObjects } from './build.ts';
export { buildFlux, type FluxBuildSpec } from './build-flux.ts';
export { KUSTOMIZATION_FILES } from './read-kustomization.ts';
export type { BuildOptions, ImageChange, Kustomization, Patch, RemotePort, Selector } from './types.ts';
