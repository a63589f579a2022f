// The welcome page: shows the model with live counts and lets a newcomer click through the REST API of any application.
const element = (id) => document.getElementById(id);
const number = new Intl.NumberFormat();
const refreshMilliseconds = 5000;

function node(tag, properties = {}, ...children) {
  const result = Object.assign(document.createElement(tag), properties);
  result.append(...children);
  return result;
}

async function getJson(url) {
  const response = await fetch(url, { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}

const isText = (attribute) => attribute.kind === 'storage' && attribute.type === 'string';
const isNumber = (attribute) => attribute.kind === 'storage' && ['number', 'long', 'word', 'byte', 'long64'].includes(attribute.type);
const keyOf = (dataclass) => dataclass.key?.[0]?.name;

function card(dataclass) {
  const list = node('dl');
  for (const attribute of dataclass.attributes) {
    const isRelation = attribute.kind.startsWith('related');
    const term = node('dt', { textContent: attribute.name, title: attribute.name });
    if (attribute.name === keyOf(dataclass)) term.className = 'key';
    if (isRelation) term.className = 'relation';
    const type = isRelation ? `${attribute.kind === 'relatedEntity' ? '→' : '⇉'} ${attribute.type.replace(/Selection$/, '')}` : attribute.type;
    list.append(term, node('dd', { textContent: type }));
  }
  const heading = node('h3', {}, node('a', { href: dataclass.dataURI, textContent: dataclass.name }), node('span', { className: 'count', textContent: '…' }));
  const result = node('article', { className: 'card' }, heading, list);
  const colour = dataclass.extraProperties?.panelColor;
  if (typeof colour === 'string' && CSS.supports('color', colour)) result.style.setProperty('--panel', colour);
  result.dataset.name = dataclass.name;
  return result;
}

async function refreshCounts(catalog) {
  let total = 0;
  for (const dataclass of catalog.dataClasses) {
    const { __COUNT: count } = await getJson(`${dataclass.dataURI}?$top=0`);
    total += count;
    document.querySelector(`.card[data-name="${CSS.escape(dataclass.name)}"] .count`).textContent = number.format(count);
  }
  element('status').textContent = `${number.format(total)} entities`;
}

// Requests that show what the API can do, made from the model and a sample of the data.
async function suggestions(catalog) {
  const classes = catalog.dataClasses;
  const result = [{ title: 'The model', url: '/rest/$catalog/$all' }];
  const main = classes.find((dataclass) => dataclass.attributes.some((attribute) => attribute.kind === 'relatedEntities') && dataclass.attributes.some(isText)) ?? classes[0];
  if (!main) return result;
  const { __ENTITIES: entities } = await getJson(`${main.dataURI}?$top=40`);
  const sample = entities[entities.length >> 1];
  const text = main.attributes.filter(isText);
  const numeric = main.attributes.filter((attribute) => isNumber(attribute) && attribute.name !== keyOf(main));
  const label = text.find((attribute) => /name|title|label/i.test(attribute.name)) ?? text[0];
  const add = (title, url) => result.push({ title, url });
  add(`First entities of ${main.name}`, `${main.dataURI}?$top=5`);
  if (sample) add('One entity by its key', `${main.dataURI}[${sample.__KEY}]`);
  if (label && sample?.[label.name]) {
    const begin = [...sample[label.name]].slice(0, 2).join('').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
    add(`${main.name} whose ${label.name} begins with “${begin}”`, `${main.dataURI}?$filter="${label.name}=${begin}@"&$attributes=${label.name}`);
  }
  if (numeric.length > 0) {
    const attribute = numeric[0].name;
    add(`Greatest ${attribute} first`, `${main.dataURI}?$orderby="${attribute} desc"&$top=10${label ? `&$attributes=${label.name},${attribute}` : ''}`);
    add(`Statistics of ${attribute}`, `${main.dataURI}/${attribute}?$compute=$all`);
  }
  const category = text.find((attribute) => attribute !== label && /continent|category|kind|status|type|region/i.test(attribute.name));
  if (category) add(`Distinct values of ${category.name}`, `${main.dataURI}/${category.name}?$distinct=true`);
  const many = main.attributes.find((attribute) => attribute.kind === 'relatedEntities');
  if (sample && many) add(`One ${main.name} with its ${many.name}`, `${main.dataURI}[${sample.__KEY}]?$expand=${many.name}`);
  for (const dataclass of classes) {
    const toOne = dataclass.attributes.find((attribute) => attribute.kind === 'relatedEntity' && attribute.type === main.name);
    const own = dataclass.attributes.find(isText);
    if (!toOne || !own || !label || !sample?.[label.name]) continue;
    add(`${dataclass.name} by ${toOne.name}`, `${dataclass.dataURI}?$filter="${toOne.name}.${label.name}='${sample[label.name].replaceAll("'", '')}'"&$orderby="${own.name}"&$attributes=${own.name},${toOne.name}.${label.name}&$top=10`);
    break;
  }
  return result;
}

function highlighted(text) {
  const fragment = document.createDocumentFragment();
  const token = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/g;
  let end = 0;
  for (const match of text.matchAll(token)) {
    fragment.append(text.slice(end, match.index));
    const className = match[2] ? 'k' : match[1] ? 's' : 'n';
    fragment.append(node('span', { className, textContent: match[1] ?? match[0] }));
    if (match[2]) fragment.append(match[2]);
    end = match.index + match[0].length;
  }
  fragment.append(text.slice(end));
  return fragment;
}

async function send(url) {
  element('meta').textContent = 'Waiting…';
  const begin = performance.now();
  try {
    const target = new URL(url, location.href);
    if (target.origin !== location.origin) throw new Error('Only this server can be asked.');
    const response = await fetch(target, { headers: { accept: 'application/json' } });
    const body = await response.text();
    const milliseconds = (performance.now() - begin).toFixed(1);
    const bytes = number.format(new Blob([body]).size);
    element('meta').textContent = `${response.status} ${response.statusText} · ${milliseconds} ms · ${bytes} bytes`;
    let shown = body;
    try { shown = JSON.stringify(JSON.parse(body), null, 2); } catch { /* not JSON: shown as it came */ }
    element('answer').replaceChildren(highlighted(shown.slice(0, 200000)));
  } catch (error) {
    element('meta').textContent = error.message;
    element('answer').replaceChildren();
  }
  for (const button of document.querySelectorAll('#queries button')) button.setAttribute('aria-current', String(button.dataset.url === url));
}

element('request').addEventListener('submit', (event) => {
  event.preventDefault();
  void send(element('url').value);
});

function linkAddresses(paragraph) {
  const parts = paragraph.textContent.split(/(https?:\/\/[^\s),;]+)/);
  paragraph.replaceChildren(...parts.map((part, index) => (index % 2 ? node('a', { href: part, textContent: part.replace(/^https?:\/\/(www\.)?/, ''), rel: 'noreferrer' }) : part)));
}

async function start() {
  linkAddresses(element('note'));
  const catalog = await getJson('/rest/$catalog/$all');
  element('no-classes').hidden = catalog.dataClasses.length > 0;
  element('classes').replaceChildren(...catalog.dataClasses.map(card));
  await refreshCounts(catalog);
  const choices = await suggestions(catalog);
  element('queries').replaceChildren(...choices.map(({ title, url }) => {
    const button = node('button', { type: 'button' }, title, node('small', { textContent: url, title: url }));
    button.dataset.url = url;
    button.addEventListener('click', () => { element('url').value = url; void send(url); });
    return node('li', {}, button);
  }));
  const first = choices[1] ?? choices[0];
  element('url').value = first.url;
  await send(first.url);
  setInterval(() => { if (!document.hidden) refreshCounts(catalog).catch(() => { element('status').textContent = 'The server does not answer'; }); }, refreshMilliseconds);
}

start().catch((error) => { element('status').textContent = error.message; });
