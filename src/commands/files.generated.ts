// Generated from the files beside it by "npm run generate". Do not edit.
import type { CommandIndex } from '../lib/cli/command.ts';

/** The commands that have a file each. */
export const COMMAND_FILES: CommandIndex = {
  'bootstrap bitbucket-server': {
    summary: 'Install Flux and keep its manifests in a repository of Bitbucket Server',
    load: () => import('./bootstrap/bitbucket-server.ts'),
  },
  'bootstrap git': {
    summary: 'Install Flux and keep its manifests in a Git repository',
    load: () => import('./bootstrap/git.ts'),
  },
  'bootstrap gitea': {
    summary: 'Install Flux and keep its manifests in a repository of Gitea',
    load: () => import('./bootstrap/gitea.ts'),
  },
  'bootstrap github': {
    summary: 'Install Flux and keep its manifests in a repository of GitHub',
    load: () => import('./bootstrap/github.ts'),
  },
  'bootstrap gitlab': {
    summary: 'Install Flux and keep its manifests in a repository of GitLab',
    load: () => import('./bootstrap/gitlab.ts'),
  },
  'build artifact': {
    summary: 'Pack a folder or a file into an artifact on disk',
    load: () => import('./build/artifact.ts'),
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
  'diff artifact': {
    summary: 'Compare a folder or a file with an artifact in an OCI registry',
    load: () => import('./diff/artifact.ts'),
  },
  'drive': {
    summary: 'Reconcile sources and Kustomizations right here, without controllers',
    load: () => import('./drive.ts'),
  },
  'envsubst': {
    summary: 'Put environment variables into the text on standard input',
    load: () => import('./envsubst.ts'),
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
  'list artifacts': {
    summary: 'List the artifacts of a repository in an OCI registry',
    load: () => import('./list/artifacts.ts'),
  },
  'migrate': {
    summary: 'Bring the Flux objects in files to the APIs of this release',
    load: () => import('./migrate.ts'),
  },
  'pull artifact': {
    summary: 'Download an artifact and unpack it into a folder',
    load: () => import('./pull/artifact.ts'),
  },
  'push artifact': {
    summary: 'Pack a folder or a file and push it to an OCI registry',
    load: () => import('./push/artifact.ts'),
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
  'tag artifact': {
    summary: 'Give an artifact in an OCI registry more tags',
    load: () => import('./tag/artifact.ts'),
  },
  'tree kustomization': {
    summary: 'Show what a Kustomization has applied, as a tree',
    aliases: ['ks'],
    load: () => import('./tree/kustomization.ts'),
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
};
