import { FluxError } from '../../core/errors.ts';
import { parseJson } from '../../core/json.ts';
import { parseYaml } from '../../core/yaml/index.ts';
import type { Context, Loader } from './context.ts';
import { loadText } from './load.ts';
import { customSchema } from './schema.ts';
import type { Fallback } from './schema.ts';
import type { Kustomization } from './types.ts';

/** The only version that is built in. */
const BUILT_IN_VERSION = 'v1.21.2';

/**
 * Takes the schema that a kustomization names, unless one was chosen before.
 *
 * @throws {FluxError} kustomize/openapi: both a path and a version, or a version that is not built in
 */
export function chooseSchema(context: Context, loader: Loader, openapi: Kustomization['openapi'], file: string): void {
  if (openapi === undefined) return;
  const { path, version } = openapi;
  const text = path === undefined ? undefined : loadText(context, loader, path);
  if (context.schemaChosen) return;
  const fail = (what: string) => new FluxError('kustomize/openapi', `read openapi of "${file}": ${what}`, { source: { file } });
  if (text !== undefined && path !== undefined) {
    if (version !== undefined) throw fail('builtin version and custom schema provided, cannot use both');
    const document = text.startsWith('{') ? parseJson(text) : parseYaml(text, { file: path, schema: 'sigs' });
    // In the original a schema adds to what was loaded before, and the built-in one is loaded when it is first needed.
    context.schema = customSchema(document, path, fallbackOf(context));
    context.schemaChosen = true;
    return;
  }
  if (version === undefined || version === '') return;
  if (version !== BUILT_IN_VERSION)
    throw fail(`the specified OpenAPI version "${version}" is not built in, only ${BUILT_IN_VERSION} is`);
  context.schemaChosen = true;
}

/**
 * The built-in schema where it counts besides a custom one: it was needed before, or its loading was put off, which happens when the
 * scope of an unknown kind is asked for.
 */
function fallbackOf({ builtIn, scopeAsked }: Context): Fallback | undefined {
  if (builtIn.used) return { schema: builtIn.schema, wins: false };
  return scopeAsked ? { schema: builtIn.schema, wins: true } : undefined;
}
