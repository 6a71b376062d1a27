/**
 * Gives a path that a kubeconfig names as seen from the kubeconfig's folder; absolute ones stay as they are.
 *
 * Effects: none
 *
 * @example resolvePath('/home/me/.kube', 'pki/ca.crt') // '/home/me/.kube/pki/ca.crt'
 */
export function resolvePath(folder: string, path: string): string {
  if (/^(?:[\\/]|[A-Za-z]:[\\/])/.test(path)) return path;
  return `${folder.replace(/[\\/]+$/, '')}/${path.replace(/^\.\//, '')}`;
}
