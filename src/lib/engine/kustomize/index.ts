export { build, KUSTOMIZE_VERSION, readBuiltIn, render, renderObjects } from './build.ts';
export { buildFlux } from './build-flux.ts';
export { generate } from './generate-root.ts';
export type { FluxBuildSpec, Generated, GenerateOptions } from './generate-root.ts';
export { parseLabelSelector } from './label-selector.ts';
export { KUSTOMIZATION_FILES } from './read-kustomization.ts';
export type { BuildOptions, BuiltIn, ImageChange, Kustomization, Patch, RemotePort, Selector } from './types.ts';
