// One operation: what it takes, what it gives, and a form to try it.
import { type ApiDocument, example, type Operation, type Parameter, typeText } from './document';
import { el } from './elements';
import { curlText, fillAddress } from './request';
import { schemaView } from './schema_view';

export interface Session {
  base: string;
  headers(): Record<string, string>;
  /** After each answer: the session may have changed. */
  answered(): void;
}

function field(operation: Operation, parameter: Parameter, document: ApiDocument): { label: HTMLElement; value: () => string } {
  const id = `${operation.id}-${parameter.in}-${parameter.name}`;
  const schema = parameter.schema ?? Object.values(parameter.content ?? {})[0]?.schema ?? {};
  const fixed = schema.const === undefined ? '' : String(schema.const);
  const hint = [parameter.description, typeText(document, schema)].filter(Boolean).join(' ');
  let input: HTMLInputElement | HTMLSelectElement;
  if (schema.type === 'boolean') {
    input = el('select', { id, 'aria-describedby': `${id}-hint` });
    for (const value of ['', 'true', 'false']) input.append(el('option', { value }, value === '' ? 'not sent' : value));
  } else {
    input = el('input', {
      id,
      type: 'text',
      spellcheck: 'false',
      autocomplete: 'off',
      'aria-describedby': `${id}-hint`,
      value: fixed,
    });
    if (parameter.required) input.required = true;
  }
  const label = el(
    'div',
    { class: 'field' },
    el('label', { for: id }, parameter.name, parameter.required ? el('span', { class: 'must' }, ' (needed)') : null),
    input,
    el('span', { class: 'soft', id: `${id}-hint` }, hint),
  );
  return { label, value: () => input.value };
}

function bodyField(
  operation: Operation,
  document: ApiDocument,
): { part: HTMLElement | null; value: () => BodyInit | undefined; text: () => string } {
  const body = operation.body;
  if (!body) return { part: null, value: () => undefined, text: () => '' };
  const id = `${operation.id}-body`;
  if (!body.mediaType.includes('json')) {
    const file = el('input', { id, type: 'file' });
    const part = el('div', { class: 'field' }, el('label', { for: id }, 'File'), file);
    return { part, value: () => file.files?.[0], text: () => (file.files?.[0] ? `@${file.files[0].name}` : '') };
  }
  const editor = el('textarea', { id, rows: '8', spellcheck: 'false' });
  editor.value = JSON.stringify(example(document, body.schema), null, 2);
  const part = el(
    'div',
    { class: 'field wide' },
    el('label', { for: id }, 'Body (JSON)'),
    editor,
    schemaView(document, body.schema),
  );
  return { part, value: () => (editor.value.trim() === '' ? undefined : editor.value), text: () => editor.value.trim() };
}

async function showContent(response: Response, target: HTMLElement): Promise<void> {
  const type = response.headers.get('Content-Type') ?? '';
  if (type.startsWith('image/')) {
    const address = URL.createObjectURL(await response.blob());
    const image = el('img', { src: address, alt: 'The picture that came back' });
    image.addEventListener('load', () => URL.revokeObjectURL(address));
    target.append(image);
    return;
  }
  const text = await response.text();
  let shown = text;
  try {
    shown = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Not JSON: shown as it is.
  }
  const limit = 200_000;
  target.append(el('pre', { tabindex: '0', 'aria-label': 'Body of the answer' }, shown.slice(0, limit)));
  if (shown.length > limit) target.append(el('p', { class: 'soft' }, `${shown.length - limit} more characters are not shown.`));
}

export function operationView(document: ApiDocument, operation: Operation, session: Session): HTMLElement {
  const fields = operation.parameters.map((parameter) => ({ parameter, ...field(operation, parameter, document) }));
  const body = bodyField(operation, document);
  const answer = el('div', { class: 'answer', 'aria-live': 'polite' });
  const values = (): Map<string, string> => new Map(fields.map((each) => [each.parameter.name, each.value()]));

  const sent = async (): Promise<void> => {
    const { url, missing } = fillAddress(session.base, operation, values());
    answer.replaceChildren();
    if (missing.length > 0) {
      answer.append(el('p', { class: 'bad', role: 'alert' }, `Still needed: ${missing.join(', ')}`));
      return;
    }
    const content = body.value();
    const headers = session.headers();
    if (typeof content === 'string') headers['Content-Type'] = 'application/json';
    const start = performance.now();
    try {
      const init: RequestInit = { method: operation.verb, headers };
      if (content !== undefined) init.body = content;
      const response = await fetch(url, init);
      const time = Math.round(performance.now() - start);
      const mark = response.ok ? 'good' : 'bad';
      answer.append(
        el('p', {}, el('strong', { class: mark }, `${response.status} ${response.statusText}`), ` in ${time} ms`),
        el('p', {}, el('code', { class: 'address' }, `${operation.verb} ${url}`)),
        el(
          'details',
          {},
          el('summary', {}, 'For a terminal'),
          el('pre', { tabindex: '0' }, curlText(location.origin, operation.verb, url, headers, body.text())),
        ),
      );
      await showContent(response, answer);
    } catch {
      answer.append(el('p', { class: 'bad', role: 'alert' }, 'The server cannot be reached.'));
    }
    session.answered();
  };

  const form = el(
    'form',
    {
      submit: (event) => {
        event.preventDefault();
        void sent();
      },
    },
    el('div', { class: 'fields' }, ...fields.map((each) => each.label), body.part),
    el('button', { type: 'submit' }, 'Send'),
  );
  const schema = Object.values(operation.success?.content ?? {})[0]?.schema;
  return el(
    'div',
    { class: 'operation' },
    form,
    answer,
    operation.success
      ? el(
          'section',
          {},
          el('h3', {}, 'Answer'),
          el('p', {}, operation.success.description),
          schema ? schemaView(document, schema) : null,
        )
      : null,
  );
}
