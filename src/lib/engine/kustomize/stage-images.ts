import { FluxError } from '../../core/errors.ts';
import { applyPath, demandScalar, specsFor } from './field-spec.ts';
import type { FindRules } from './field-spec.ts';
import { compileGoRegExp } from './go-regexp.ts';
import type { TextMatcher } from './go-regexp.ts';
import { isMap, member, scalarOf, setMember, textOf } from './node.ts';
import type { Node, NodeMap } from './node.ts';
import { currentId } from './resource.ts';
import type { Stage } from './stage.ts';
import type { FieldSpec, ImageChange } from './types.ts';

/**
 * Changes names, tags and digests of images: in every list of containers at any depth, then where the rules say.
 *
 * Both passes hit Pod templates, so a `tagSuffix` is added twice there, as in the original.
 *
 * @throws {FluxError} kustomize/invalid-selector: the name, which is used as a regular expression, is none
 */
export function imageStage(change: ImageChange, specs: readonly FieldSpec[], findRules: FindRules = specsFor): Stage {
  const { name = '' } = change;
  const pattern = imageMatcher(name);
  const update = (node: Node): Node | undefined => {
    demandScalar(node);
    const image = textOf(node);
    if (!pattern.test(image)) return undefined;
    return scalarOf(changeImage(image, change), node);
  };
  return (set) => {
    for (const resource of set.list) {
      const { node } = resource;
      if (node === undefined) continue;
      const gvk = currentId(resource);
      if (gvk.kind === 'CustomResourceDefinition') continue;
      visitContainers(node, update);
      for (const spec of findRules(specs, gvk)) applyPath(node, spec, undefined, update);
    }
  };
}

const TAG_AND_DIGEST = /^(?::[a-zA-Z0-9_.{}-]*)?(?:@sha256:[a-zA-Z0-9_.{}-]*)?$/;

/** Tells whether an image has a name, which the original takes for a regular expression: a dot stands for any character. */
function imageMatcher(name: string): TextMatcher {
  if (!/^[A-Za-z0-9/_.-]*$/.test(name)) {
    return compileGoRegExp(`^${name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`);
  }
  // Compiling an expression for each image takes longer than all the comparing.
  return { test: (image) => startsLike(image, name) && TAG_AND_DIGEST.test(image.slice(name.length)) };
}

function startsLike(text: string, name: string): boolean {
  if (text.length < name.length) return false;
  for (let at = 0; at < name.length; at++) {
    const code = text.charCodeAt(at);
    if (name.charCodeAt(at) === 0x2e ? code === 0x0a : code !== name.charCodeAt(at)) return false;
  }
  return true;
}

function visitContainers(node: Node, update: (image: Node) => Node | undefined): void {
  if (Array.isArray(node)) {
    for (const item of node) visitContainers(item, update);
  } else if (isMap(node)) {
    for (const key of Object.keys(node)) {
      const value = node[key];
      if (typeof value !== 'object' || value === null) continue;
      visitContainers(value, update);
      if ((key === 'containers' || key === 'initContainers') && Array.isArray(value)) {
        for (const container of value) updateContainer(container, update);
      }
    }
  }
}

function updateContainer(container: Node, update: (image: Node) => Node | undefined): void {
  if (container === null) return;
  if (!isMap(container)) throw new FluxError('kustomize/field-spec', 'change image: a container must be a map');
  const image = member(container as NodeMap, 'image');
  if (image === undefined) return;
  const changed = update(image);
  if (changed !== undefined) setMember(container, 'image', changed);
}

/** Applies a change to an image reference. */
export function changeImage(image: string, { newName = '', newTag = '', tagSuffix = '', digest = '' }: ImageChange): string {
  let [name, tag, oldDigest] = splitImage(image);
  if (newName !== '') name = newName;
  if (newTag !== '') {
    tag = newTag;
    oldDigest = digest;
  } else if (digest !== '') {
    tag = '';
    oldDigest = digest;
  } else if (tagSuffix !== '') {
    tag += tagSuffix;
    oldDigest = '';
  }
  return name + (tag === '' ? '' : `:${tag}`) + (oldDigest === '' ? '' : `@${oldDigest}`);
}

/** Splits an image reference into name, tag and digest. */
export function splitImage(image: string): [name: string, tag: string, digest: string] {
  const slash = image.indexOf('/');
  const from = slash > 0 ? slash : 0;
  const at = image.indexOf('@', from);
  const colon = image.indexOf(':', from);
  if (colon < 0 && at < 0) return [image, '', ''];
  if (at >= 0 && (colon < 0 || at < colon)) return [image.slice(0, at), '', image.slice(at + 1)];
  if (at >= 0) return [image.slice(0, colon), image.slice(colon + 1, at), image.slice(at + 1)];
  return [image.slice(0, colon), image.slice(colon + 1), ''];
}
