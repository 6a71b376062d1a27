export { renderFolder, type RenderOptions, type RenderWorld } from './render-folder.ts';
export { substituteEnvironment } from './substitute-environment.ts';
