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
  'check tenant': {
    summary: 'Try to get out of a tenant, by each way that is known',
    load: () => import('./check/tenant.ts'),
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
  'create alert-provider': {
    summary: 'Create or update a Provider',
    load: () => import('./create/alert-provider.ts'),
  },
  'create alert': {
    summary: 'Create or update an Alert',
    load: () => import('./create/alert.ts'),
  },
  'create helmrelease': {
    summary: 'Create or update a HelmRelease',
    aliases: ['hr'],
    load: () => import('./create/helmrelease.ts'),
  },
  'create image policy': {
    summary: 'Create or update an ImagePolicy',
    load: () => import('./create/image/policy.ts'),
  },
  'create image repository': {
    summary: 'Create or update an ImageRepository',
    load: () => import('./create/image/repository.ts'),
  },
  'create image update': {
    summary: 'Create or update an ImageUpdateAutomation',
    load: () => import('./create/image/update.ts'),
  },
  'create kustomization': {
    summary: 'Create or update a Kustomization',
    aliases: ['ks'],
    load: () => import('./create/kustomization.ts'),
  },
  'create receiver': {
    summary: 'Create or update a Receiver',
    load: () => import('./create/receiver.ts'),
  },
  'create secret git': {
    summary: 'Create or update the secret of a Git repository',
    load: () => import('./create/secret/git.ts'),
  },
  'create secret githubapp': {
    summary: 'Create or update the secret of a GitHub App',
    load: () => import('./create/secret/githubapp.ts'),
  },
  'create secret helm': {
    summary: 'Create or update the secret of a Helm repository',
    load: () => import('./create/secret/helm.ts'),
  },
  'create secret notation': {
    summary: 'Create or update the secret of signatures by Notation',
    load: () => import('./create/secret/notation.ts'),
  },
  'create secret oci': {
    summary: 'Create or update the secret of a registry',
    load: () => import('./create/secret/oci.ts'),
  },
  'create secret proxy': {
    summary: 'Create or update the secret of a proxy',
    load: () => import('./create/secret/proxy.ts'),
  },
  'create secret receiver': {
    summary: 'Create or update the secret of a webhook',
    load: () => import('./create/secret/receiver.ts'),
  },
  'create secret tls': {
    summary: 'Create or update the secret of certificates',
    load: () => import('./create/secret/tls.ts'),
  },
  'create source bucket': {
    summary: 'Create or update a Bucket',
    load: () => import('./create/source/bucket.ts'),
  },
  'create source chart': {
    summary: 'Create or update a HelmChart',
    load: () => import('./create/source/chart.ts'),
  },
  'create source git': {
    summary: 'Create or update a GitRepository',
    load: () => import('./create/source/git.ts'),
  },
  'create source helm': {
    summary: 'Create or update a HelmRepository',
    load: () => import('./create/source/helm.ts'),
  },
  'create source oci': {
    summary: 'Create or update an OCIRepository',
    load: () => import('./create/source/oci.ts'),
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
  'delete tenant': {
    summary: 'Delete a tenant, with what it has applied',
    load: () => import('./delete/tenant.ts'),
  },
  'diff artifact': {
    summary: 'Compare a folder or a file with an artifact in an OCI registry',
    load: () => import('./diff/artifact.ts'),
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
  'export tenant': {
    summary: 'Print the objects of a tenant as YAML that can be committed',
    load: () => import('./export/tenant.ts'),
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
  'get tenants': {
    summary: 'Show tenants, their bounds, and how many of their Kustomizations are ready',
    aliases: ['tenant'],
    load: () => import('./get/tenants.ts'),
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
  'logs': {
    summary: 'Show what the controllers log',
    load: () => import('./logs.ts'),
  },
  'migrate': {
    summary: 'Bring the Flux objects in files, or in the cluster, to the APIs of this release',
    load: () => import('./migrate.ts'),
  },
  'plugin install': {
    summary: 'Install a plugin of the catalog',
    load: () => import('./plugin/install.ts'),
  },
  'plugin list': {
    summary: 'List the plugins that are installed',
    aliases: ['ls'],
    load: () => import('./plugin/list.ts'),
  },
  'plugin search': {
    summary: 'Search the catalog of plugins',
    load: () => import('./plugin/search.ts'),
  },
  'plugin uninstall': {
    summary: 'Uninstall a plugin',
    aliases: ['delete'],
    load: () => import('./plugin/uninstall.ts'),
  },
  'plugin update': {
    summary: 'Update plugins to the newest version of the catalog',
    aliases: ['upgrade'],
    load: () => import('./plugin/update.ts'),
  },
  'pull artifact': {
    summary: 'Download an artifact and unpack it into a folder',
    load: () => import('./pull/artifact.ts'),
  },
  'push artifact': {
    summary: 'Pack a folder or a file and push it to an OCI registry',
    load: () => import('./push/artifact.ts'),
  },
  'rbac audit': {
    summary: 'Audit what Flux and its tenants may do',
    load: () => import('./rbac/audit.ts'),
  },
  'rbac check kustomization': {
    summary: 'Check whether a Kustomization may do all that it would do now',
    aliases: ['ks'],
    load: () => import('./rbac/check/kustomization.ts'),
  },
  'rbac diff': {
    summary: 'Show which rights a change of a repository needs more or less',
    load: () => import('./rbac/diff.ts'),
  },
  'rbac role controllers': {
    summary: 'Print the roles that let the controllers work in a namespace',
    load: () => import('./rbac/role/controllers.ts'),
  },
  'rbac role drive': {
    summary: 'Print the smallest role with which somebody can drive',
    load: () => import('./rbac/role/drive.ts'),
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
  'tag artifact': {
    summary: 'Give an artifact in an OCI registry more tags',
    load: () => import('./tag/artifact.ts'),
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
