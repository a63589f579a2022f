// From the fields of a form to a request.
import type { Operation, Parameter } from './document';

export interface Filled {
  url: string;
  missing: string[];
}

/** The characters that a path keeps as they are, so that addresses stay readable. */
const encodePath = (text: string): string => encodeURIComponent(text).replace(/%2C/g, ',').replace(/%24/g, '$');

/** `values` by the name of the parameter; "" and absent are the same. */
export function fillAddress(base: string, operation: Operation, values: ReadonlyMap<string, string>): Filled {
  const missing: string[] = [];
  const given = (parameter: Parameter): string => {
    const value = (values.get(parameter.name) ?? '').trim();
    if (value === '' && parameter.required) missing.push(parameter.name);
    return value;
  };
  let path = operation.path;
  const query: string[] = [];
  for (const parameter of operation.parameters) {
    const value = given(parameter);
    if (parameter.in === 'path') path = path.replace(`{${parameter.name}}`, encodePath(value));
    else if (value !== '') query.push(`${parameter.name}=${encodeURIComponent(value)}`);
  }
  return { url: base + path + (query.length === 0 ? '' : '?' + query.join('&')), missing };
}

/** The same request for a terminal. */
export function curlText(
  origin: string,
  verb: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): string {
  const quote = (text: string): string => `'${text.replace(/'/g, `'\\''`)}'`;
  const parts = ['curl', verb === 'GET' ? '' : `-X ${verb}`, '-b cookies -c cookies'];
  for (const [name, value] of Object.entries(headers)) parts.push('-H ' + quote(`${name}: ${value}`));
  if (body !== '') parts.push('--data ' + quote(body));
  parts.push(quote(origin + url));
  return parts.filter((part) => part !== '').join(' ');
}
