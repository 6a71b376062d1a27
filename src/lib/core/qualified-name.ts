/**
 * Says what is wrong with a qualified name (`[prefix/]name`), as Kubernetes words it; empty where nothing is.
 *
 * Effects: none
 * Source: kubernetes/apimachinery pkg/util/validation IsQualifiedName, IsValidLabelValue, IsDNS1123Subdomain
 */
export function checkQualifiedName(value: string): string[] {
  const parts = value.split('/');
  if (parts.length > 2) {
    return [
      `a qualified name ${regexError(NAME_MESSAGE, NAME, ['MyName', 'my.name', '123-abc'])} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const problems: string[] = [];
  const name = parts.at(-1) ?? '';
  if (parts.length === 2) {
    const prefix = parts[0] ?? '';
    if (prefix === '') problems.push('prefix part must be non-empty');
    else problems.push(...checkSubdomain(prefix).map((problem) => `prefix part ${problem}`));
  }
  if (name === '') problems.push('name part must be non-empty');
  else if (name.length > 63) problems.push('name part must be no more than 63 bytes');
  if (!new RegExp(`^${NAME}$`).test(name))
    problems.push(`name part ${regexError(NAME_MESSAGE, NAME, ['MyName', 'my.name', '123-abc'])}`);
  return problems;
}

/** Says what is wrong with the value of a label; empty where nothing is. */
export function checkLabelValue(value: string): string[] {
  const problems: string[] = [];
  if (value.length > 63) problems.push('must be no more than 63 bytes');
  if (!new RegExp(`^${LABEL_VALUE}$`).test(value))
    problems.push(regexError(LABEL_MESSAGE, LABEL_VALUE, ['MyValue', 'my_value', '12345']));
  return problems;
}

function checkSubdomain(value: string): string[] {
  const problems: string[] = [];
  if (value.length > 253) problems.push('must be no more than 253 bytes');
  if (!new RegExp(`^${SUBDOMAIN}$`).test(value)) problems.push(regexError(SUBDOMAIN_MESSAGE, SUBDOMAIN, ['example.com']));
  return problems;
}

const NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const NAME_MESSAGE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const LABEL_VALUE = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?';
const LABEL_MESSAGE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const SUBDOMAIN = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
const SUBDOMAIN_MESSAGE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";

function regexError(message: string, pattern: string, examples: readonly string[]): string {
  return `${message} (e.g. ${examples.map((example) => `'${example}', `).join(' or ')}regex used for validation is '${pattern}')`;
}
