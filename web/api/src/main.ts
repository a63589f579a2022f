import '@qodly/ui/tokens.css';
import './api.css';
import { type ApiDocument, type Operation, readOperations } from './document';
import { el } from './elements';
import { operationView, type Session } from './operation_view';

const root = document.getElementById('api') as HTMLElement;
const dark = matchMedia('(prefers-color-scheme: dark)');
const showTheme = (): void => {
  document.documentElement.dataset['theme'] = dark.matches ? 'dark' : 'light';
};
dark.addEventListener('change', showTheme);
showTheme();

const key = el('input', { id: 'key', type: 'password', autocomplete: 'off', spellcheck: 'false' });
const headers = (): Record<string, string> => (key.value.trim() === '' ? {} : { 'api-key': key.value.trim() });
const rights = el('span', { class: 'soft', 'aria-live': 'polite' });

async function showRights(): Promise<void> {
  try {
    const answer = await fetch('/rest/$info/privileges', { headers: headers() });
    const body = (await answer.json()) as { privileges?: { privilege: string }[] };
    rights.textContent = `You are: ${(body.privileges ?? []).map((each) => each.privilege).join(', ') || 'nobody'}`;
  } catch {
    rights.textContent = '';
  }
}

function operationItem(api: ApiDocument, operation: Operation, session: Session): HTMLElement {
  const details = el(
    'details',
    { class: 'item', id: operation.id },
    el(
      'summary',
      {},
      el('span', { class: `verb ${operation.verb.toLowerCase()}` }, operation.verb),
      el('code', {}, operation.path),
      el('span', { class: 'soft' }, operation.summary),
    ),
  );
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(operationView(api, operation, session));
  });
  return details;
}

function show(api: ApiDocument): void {
  const session: Session = { base: api.servers[0]?.url ?? '/rest', headers, answered: () => void showRights() };
  const operations = readOperations(api);
  const search = el('input', { id: 'search', type: 'search', placeholder: 'Name or address' });
  const groups = api.tags
    .map((tag) => ({
      tag,
      items: operations
        .filter((each) => each.tag === tag.name)
        .map((each) => ({ operation: each, view: operationItem(api, each, session) })),
    }))
    .filter((group) => group.items.length > 0)
    .map((group, index) => ({
      ...group,
      view: el(
        'section',
        { class: 'group', 'aria-labelledby': `tag-${index}` },
        el('h2', { id: `tag-${index}` }, group.tag.name),
        group.tag.description ? el('p', { class: 'soft' }, group.tag.description) : null,
        ...group.items.map((each) => each.view),
      ),
      link: el('li', {}, el('a', { href: `#tag-${index}` }, group.tag.name)),
    }));
  const found = el('p', { class: 'soft', 'aria-live': 'polite' });
  search.addEventListener('input', () => {
    const wanted = search.value.trim().toLowerCase();
    let count = 0;
    for (const group of groups) {
      let any = false;
      for (const { operation, view } of group.items) {
        const text = `${operation.verb} ${operation.path} ${operation.summary} ${operation.tag}`.toLowerCase();
        view.hidden = !text.includes(wanted);
        if (!view.hidden) count += 1;
        any ||= !view.hidden;
      }
      group.view.hidden = !any;
      group.link.hidden = !any;
    }
    found.textContent = wanted === '' ? '' : `${count} found`;
  });
  document.title = `${api.info.title}: REST API`;
  const keyed = 'key' in api.components.securitySchemes;
  root.replaceChildren(
    el('a', { class: 'skip', href: '#operations' }, 'To the operations'),
    el(
      'header',
      {},
      el('h1', {}, api.info.title),
      el('p', { class: 'soft' }, api.info.description ?? ''),
      el('p', {}, rights, ' ', el('a', { href: '/rest/$openapi', download: 'openapi.json' }, 'OpenAPI document')),
    ),
    el(
      'div',
      { class: 'frame' },
      el(
        'nav',
        { 'aria-label': 'Groups' },
        el('label', { for: 'search' }, 'Search'),
        search,
        found,
        keyed ? el('label', { for: 'key' }, 'API key') : null,
        keyed ? key : null,
        keyed ? el('button', { type: 'button', click: () => void load() }, 'Use the key') : null,
        el('ul', {}, ...groups.map((group) => group.link)),
      ),
      el('main', { id: 'operations', tabindex: '-1' }, ...groups.map((group) => group.view)),
    ),
  );
  void showRights();
}

async function load(): Promise<void> {
  try {
    const answer = await fetch('/rest/$openapi', { headers: headers() });
    if (!answer.ok) throw new Error(`The server answered with status ${answer.status}.`);
    show((await answer.json()) as ApiDocument);
  } catch (error) {
    const text = error instanceof Error ? error.message : 'The server cannot be reached.';
    root.replaceChildren(
      el(
        'main',
        {},
        el('p', { class: 'bad', role: 'alert' }, text),
        el('button', { type: 'button', click: () => void load() }, 'Try again'),
      ),
    );
  }
}

void load();
