export { formatTree, readTree, type TreeNode, type TreeOptions } from './read-tree.ts';
