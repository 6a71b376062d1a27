import type { JsonObject } from '../../core/json.ts';
import type { RenderOptions } from './options.ts';
import { KUSTOMIZATION, patchOf } from './overlay-parts.ts';
import type { OverlayFiles } from './overlay-roles.ts';

/** Where a binding names the namespace of the installation. */
const SELECTED = '/spec/matchResources/namespaceSelector/matchExpressions/0/values/0';

/** The policies of an overlay. */
export interface AdmissionOverlay {
  readonly files: OverlayFiles;
  /** Folders that the overlay lists. */
  readonly folders: readonly string[];
  readonly replacements: readonly JsonObject[];
}

/**
 * Writes the part of the overlay with the ValidatingAdmissionPolicies: those that lock tenants in, and the one that keeps
 * controllers to what their roles mean.
 *
 * Effects: none
 */
export function renderAdmission({ namespace, rbac, multiTenant }: RenderOptions): AdmissionOverlay {
  const isNarrow = rbac !== 'standard';
  const bases = [...(multiTenant ? ['multi-tenant'] : []), ...(isNarrow ? ['least-privilege'] : [])];
  if (bases.length === 0) return { files: {}, folders: [], replacements: [] };
  const names = { nameReference: [{ kind: 'ValidatingAdmissionPolicy', fieldSpecs: [POLICY_NAME] }] };
  return {
    files: {
      'admission/kustomization.yaml': {
        ...KUSTOMIZATION,
        nameSuffix: `-${namespace}`,
        resources: bases.map((name) => `../../admission/${name}`),
        configurations: ['names.json'],
        patches: multiTenant
          ? [
              patchOf({ kind: 'ValidatingAdmissionPolicyBinding', name: SELECTING }, [
                { op: 'replace', path: SELECTED, value: namespace },
              ]),
            ]
          : [],
      },
      'admission/names.json': names,
    },
    folders: ['admission'],
    replacements: isNarrow ? [REPLACE_IN_NAMES] : [],
  };
}

/** The bindings that hold in some namespaces only. */
const SELECTING = 'flux-(named-account|own-dependencies|platform-namespace)';

/** The place where a binding names its policy, which kustomize's own table has not. */
const POLICY_NAME: JsonObject = { kind: 'ValidatingAdmissionPolicyBinding', path: 'spec/policyName' };

/** The names of the controllers' accounts stand in an expression; the namespace is the third of their parts. */
const REPLACE_IN_NAMES: JsonObject = {
  source: { kind: 'Namespace', fieldPath: 'metadata.name' },
  targets: [
    {
      select: { kind: 'ValidatingAdmissionPolicy', name: 'flux-kept-specs' },
      fieldPaths: ['spec.matchConditions.0.expression'],
      options: { delimiter: ':', index: 2 },
    },
  ],
};
