// A schema as a list of names and types; what is referred to opens when asked for, so that circles have no end but do no harm.
import { type ApiDocument, referenceName, resolve, type Schema, typeText } from './document';
import { el } from './elements';

function limits(schema: Schema): string {
  const parts: string[] = [];
  if (schema.readOnly) parts.push('read only');
  if (schema.maxLength !== undefined) parts.push(`at most ${schema.maxLength} characters`);
  if (schema.minimum !== undefined) parts.push(`from ${schema.minimum}`);
  if (schema.maximum !== undefined) parts.push(`to ${schema.maximum}`);
  return parts.join(', ');
}

/** The schemas behind a schema that have members of their own to show. */
function inside(schema: Schema): Schema[] {
  if (schema.$ref !== undefined) return [schema];
  return [
    ...(schema.anyOf ?? []),
    ...(schema.allOf ?? []),
    ...(schema.items ? [schema.items] : []),
    ...(schema.prefixItems ?? []),
  ].flatMap(inside);
}

function member(document: ApiDocument, name: string, schema: Schema, required: boolean): HTMLElement {
  const more = [schema.description, limits(schema)].filter((text) => text !== undefined && text !== '').join(' ');
  return el(
    'li',
    {},
    el('code', {}, name),
    el('span', { class: 'type' }, ` ${typeText(document, schema)}${required ? ', always there' : ''}`),
    more === '' ? null : el('span', { class: 'soft' }, ` ${more}`),
    ...inside(schema).map((each) => schemaView(document, each)),
  );
}

function members(document: ApiDocument, schema: Schema): HTMLElement {
  const list = el('ul', { class: 'schema' });
  for (const each of schema.allOf ?? []) list.append(...members(document, resolve(document, each)).childNodes);
  for (const [name, each] of Object.entries(schema.properties ?? {})) {
    list.append(member(document, name, each, schema.required?.includes(name) ?? false));
  }
  return list;
}

export function schemaView(document: ApiDocument, schema: Schema): HTMLElement {
  const name = referenceName(schema);
  const at = resolve(document, schema);
  const title = name === '' ? typeText(document, schema) : name;
  if (!at.properties && !at.allOf) {
    const parts = inside(at).filter((each) => referenceName(each) !== name);
    return el('div', {}, el('span', { class: 'type' }, title), ...parts.map((each) => schemaView(document, each)));
  }
  const details = el('details', { class: 'schema-box' }, el('summary', {}, title));
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(members(document, at));
  });
  return details;
}
