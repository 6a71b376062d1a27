export { type SandboxDownOptions, type SandboxDownResult, sandboxDown } from './sandbox-down.ts';
export { type SandboxKubeconfigOptions, type SandboxKubeconfigResult, sandboxKubeconfig } from './sandbox-kubeconfig.ts';
export { sandboxList } from './sandbox-list.ts';
export { DEFAULT_SANDBOX } from './sandbox-paths.ts';
export { type SandboxUpOptions, sandboxUp } from './sandbox-up.ts';
export type { SandboxListItem, SandboxPorts, SandboxStatus, SandboxUpResult } from './types.ts';
export { SANDBOX_LIST_VIEW } from './views.ts';
