// Generated from the files beside it by "npm run generate". Do not edit.
import type { CommandIndex } from '../lib/cli/command.ts';

/** The commands that have a file each. */
export const COMMAND_FILES: CommandIndex = {
  'bootstrap git': {
    summary: 'Install Flux and keep its manifests in a Git repository',
    load: () => import('./bootstrap/git.ts'),
  },
  'build kustomization': {
    summary: 'Print what a Kustomization builds from a local folder',
    aliases: ['ks'],
    load: () => import('./build/kustomization.ts'),
  },
  'check': {
    summary: 'Check that the cluster is fit for Flux, and that Flux is well',
    load: () => import('./check.ts'),
  },
  'completion bash': {
    summary: 'Print the completion of bash',
    load: () => import('./completion/bash.ts'),
  },
  'completion fish': {
    summary: 'Print the completion of fish',
    load: () => import('./completion/fish.ts'),
  },
  'completion powershell': {
    summary: 'Print the completion of powershell',
    load: () => import('./completion/powershell.ts'),
  },
  'completion words': {
    summary: 'Print what could stand in the place of the last word, for the scripts of the shells',
    hidden: true,
    load: () => import('./completion/words.ts'),
  },
  'completion zsh': {
    summary: 'Print the completion of zsh',
    load: () => import('./completion/zsh.ts'),
  },
  'create kustomization': {
    summary: 'Create or update a Kustomization',
    aliases: ['ks'],
    load: () => import('./create/kustomization.ts'),
  },
  'create secret git': {
    summary: 'Create or update the secret of a Git repository',
    load: () => import('./create/secret/git.ts'),
  },
  'create source git': {
    summary: 'Create or update a GitRepository',
    load: () => import('./create/source/git.ts'),
  },
  'create tenant': {
    summary: 'Create or update a tenant: namespaces, an account, and its rights in them',
    load: () => import('./create/tenant.ts'),
  },
  'debug helmrelease': {
    summary: 'Show the status, the history or the values of a HelmRelease',
    aliases: ['hr'],
    load: () => import('./debug/helmrelease.ts'),
  },
  'debug kustomization': {
    summary: 'Show the status, the history or the variables of a Kustomization',
    aliases: ['ks'],
    load: () => import('./debug/kustomization.ts'),
  },
  'diff kustomization': {
    summary: 'Show what a local folder would change in the cluster',
    aliases: ['ks'],
    load: () => import('./diff/kustomization.ts'),
  },
  'drive': {
    summary: 'Reconcile sources and Kustomizations right here, without controllers',
    load: () => import('./drive.ts'),
  },
  'envsubst': {
    summary: 'Put environment variables into the text on standard input',
    load: () => import('./envsubst.ts'),
  },
  'events': {
    summary: 'Show the events of Flux objects',
    load: () => import('./events.ts'),
  },
  'get all': {
    summary: 'Show all Flux objects and whether they are ready',
    load: () => import('./get/all.ts'),
  },
  'get images all': {
    summary: 'Show all image objects and whether they are ready',
    load: () => import('./get/images/all.ts'),
  },
  'get sources all': {
    summary: 'Show all sources and whether they are ready',
    load: () => import('./get/sources/all.ts'),
  },
  'install': {
    summary: 'Install or upgrade Flux in a cluster',
    load: () => import('./install.ts'),
  },
  'kustomize': {
    summary: 'Build a kustomization and print it',
    load: () => import('./kustomize.ts'),
  },
  'logs': {
    summary: 'Show what the controllers log',
    load: () => import('./logs.ts'),
  },
  'migrate': {
    summary: 'Bring the Flux objects in files to the APIs of this release',
    load: () => import('./migrate.ts'),
  },
  'rbac check kustomization': {
    summary: 'Check whether a Kustomization may do all that it would do now',
    aliases: ['ks'],
    load: () => import('./rbac/check/kustomization.ts'),
  },
  'rbac role kustomization': {
    summary: 'Print the smallest role that a Kustomization needs',
    aliases: ['ks'],
    load: () => import('./rbac/role/kustomization.ts'),
  },
  'sandbox down': {
    summary: 'Take a sandbox down, with all its data',
    load: () => import('./sandbox/down.ts'),
  },
  'sandbox kubeconfig': {
    summary: 'Print the kubeconfig of a sandbox',
    load: () => import('./sandbox/kubeconfig.ts'),
  },
  'sandbox list': {
    summary: 'Show the sandboxes of this user',
    aliases: ['ls'],
    load: () => import('./sandbox/list.ts'),
  },
  'sandbox up': {
    summary: 'Bring up a real Kubernetes control plane on this machine',
    load: () => import('./sandbox/up.ts'),
  },
  'stats': {
    summary: 'Count Flux objects by kind, and what their artifacts take',
    load: () => import('./stats.ts'),
  },
  'trace': {
    summary: 'Show which Flux objects deliver an object, and from where',
    load: () => import('./trace.ts'),
  },
  'tree artifact generator': {
    summary: 'Show which artifacts an ArtifactGenerator has made, as a tree',
    load: () => import('./tree/artifact/generator.ts'),
  },
  'tree kustomization': {
    summary: 'Show what a Kustomization has applied, as a tree',
    aliases: ['ks'],
    load: () => import('./tree/kustomization.ts'),
  },
  'trigger receiver': {
    summary: 'Call the webhook of a Receiver',
    load: () => import('./trigger/receiver.ts'),
  },
  'uninstall': {
    summary: 'Remove Flux from a cluster; what it applied stays',
    load: () => import('./uninstall.ts'),
  },
  'version': {
    summary: 'Print the versions of Flux: of this client and in the cluster',
    load: () => import('./version.ts'),
  },
  'wait': {
    summary: 'Wait until a commit has been applied',
    load: () => import('./wait.ts'),
  },
  'why': {
    summary: 'Show why an object is not ready, and what would mend it',
    load: () => import('./why.ts'),
  },
};
