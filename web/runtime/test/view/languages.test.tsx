// @vitest-environment jsdom
// Texts in the languages of an application (pages 17, project-format 21.2).
import { act } from 'react';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json';
import { adoptLanguages, chooseLocale, isRtl, readSettings } from '../../src/app/settings';
import { sca } from '../data/scenario';
import { box, make, text } from '../mock/pages';
import { show, watchComplaints, type Shown } from './show';

watchComplaints();

const languages = {
  i18n: {
    supported: [{ isocode: 'en' }, { isocode: 'it', native: 'Italiano' }, { isocode: 'pt' }, { isocode: 'ar' }],
    primary: 'en',
  },
};
const keys: JsonObject = {
  depot: { default: 'Depot', it: 'Deposito' },
  name: { default: 'Name', it: 'Nome', 'pt-BR': 'Nome (BR)' },
  one: { it: 'Uno' },
};
const files = {
  'shared_css.json': {},
  'shared_datasources.json': {},
  'saved_conditions.json': {},
  'i18n.json': { keys },
  'CustomComponents/manifest.json': [],
};
const speak = async (shown: Shown, isocode: string): Promise<void> => {
  await act(async () => {
    await shown.world.page.scope.write('Qodly:UserLanguage.selected', { isocode, locale: isocode, native: isocode });
  });
  await shown.settle();
};

describe('texts by key', () => {
  test('in any property, also inside lists; a missing one is the original', async () => {
    const shown = await show(
      [sca('list', 'array', [{ n: 'x' }])],
      [
        make('Button', { text: 'Depot' }, [], {}, { i18nKeys: { text: 'depot' } }),
        make(
          'DataTable',
          {
            datasource: 'list',
            columns: [
              { id: '1', title: 'Name', source: 'n' },
              { id: '2', title: 'Other', source: 'n' },
            ],
          },
          [],
          {},
          { i18nKeys: { 'columns.0.title': 'name', 'columns.1.title': 'gone' } },
        ),
        make('Radio', { options: [{ label: 'One', value: '1' }] }, [], {}, { i18nKeys: { 'options.0.label': 'one' } }),
        make(
          'Text',
          { doc: [{ type: 'paragraph', children: [{ text: 'Depot' }] }] },
          [],
          {},
          { i18nKeys: { 'doc.0.children.0.text': 'depot' } },
        ),
      ],
      { settings: { ...languages, files } },
    );
    for (let i = 0; i < 60 && (shown.$$('.header-cell').length === 0 || shown.$$('.fd-radio__item').length === 0); i++)
      await shown.settle();
    const read = (): (string | null)[] =>
      ['.fd-button', '.header-cell', '.header-cell:nth-of-type(2)', '.fd-radio__item', '.fd-text'].map(
        (selector) => shown.$(selector).textContent,
      );
    expect(read()).toEqual(['Depot', 'Name', 'Other', 'One', 'Depot']);
    await speak(shown, 'it');
    expect(read()).toEqual(['Deposito', 'Nome', 'Other', 'Uno', 'Deposito']);
    await speak(shown, 'pt-BR');
    expect(read()).toEqual(['Depot', 'Nome (BR)', 'Other', 'One', 'Depot']);
  });
  test('texts of a component for a language, under a state', async () => {
    const shown = await show(
      [sca('on', 'bool', true)],
      [
        make(
          'Button',
          { text: 'Save' },
          [],
          {},
          { 'i18n:it': { text: 'Salva' }, 'i18n:pt': { text: 'Gravar' }, 'states:x': { style: { color: 'red' } } },
        ),
      ],
      {
        settings: languages,
        metadata: {
          states: [
            { id: 'root', label: 'Base' },
            { id: 'x', label: 'X', conditions: { type: 'datasource', path: 'on', op: 'istrue' } },
          ],
        },
      },
    );
    await speak(shown, 'pt-BR');
    expect([shown.$('.fd-button').textContent, shown.$('.fd-button').style.color]).toEqual(['Gravar', 'red']);
    await speak(shown, 'de');
    expect(shown.$('.fd-button').textContent).toBe('Save');
  });
  test('a select box switches the language', async () => {
    const shown = await show(
      [],
      [
        make('SelectBox', { datasource: 'Qodly:UserLanguage.supported', currentElement: 'Qodly:UserLanguage.selected' }, [], {
          container: box({}, text('{$This.native}')),
        }),
        make('Button', { text: 'Depot' }, [], {}, { i18nKeys: { text: 'depot' } }),
      ],
      { settings: { ...languages, files } },
    );
    for (let i = 0; i < 60 && shown.$$('.fd-selectbox__toggle_button').length === 0; i++) await shown.settle();
    await shown.click('.fd-selectbox__toggle_button');
    await shown.click('[role=option]:nth-of-type(2)');
    expect(shown.$('button.fd-button').textContent).toBe('Deposito');
    expect(shown.$('.fd-selectbox__container').textContent).toBe('Italiano');
  });
  test('dates and numbers follow', async () => {
    const shown = await show(
      [sca('d', 'date', '2025-03-05'), sca('n', 'number', 1234.5)],
      [text('{d|Date long} / {n|#,##0.00}')],
      { settings: languages },
    );
    expect(shown.$('.fd-text').textContent).toBe('Wednesday, March 5, 2025 / 1,234.50');
    await speak(shown, 'it');
    expect(shown.$('.fd-text').textContent).toBe('mercoledì 5 marzo 2025 / 1.234,50');
  });
});

describe('the language at the start', () => {
  const settings = (more: JsonObject = {}): ReturnType<typeof readSettings> => readSettings({ page: 'P', ...languages, ...more });
  test.each<[string, string[], string]>([
    ['it', ['de'], 'it'],
    ['xx', ['it-IT', 'en'], 'it'],
    ['', ['pt-BR'], 'pt'],
    ['', ['de', 'it'], 'it'],
    ['', ['de'], 'en'],
    ['', [], 'en'],
  ])('stored "%s", browser %o: %s', (stored, browser, expected) => {
    expect(chooseLocale(settings(), stored, browser)?.isocode).toBe(expected);
  });
  test('languages listed beside the translations count when the settings name none', () => {
    const none = readSettings({ page: 'P' });
    const listed: Json = { primary: { isocode: 'fr' }, supported: ['fr', { isocode: 'de', native: 'Deutsch' }] };
    adoptLanguages(none, listed);
    expect(none.supported.map((item) => item.isocode)).toEqual(['fr', 'de']);
    expect(none.primary).toBe('fr');
    const some = settings();
    adoptLanguages(some, listed);
    expect(some.primary).toBe('en');
    const broken = readSettings({ page: 'P' });
    adoptLanguages(broken, { primary: 5, supported: [null, 7, {}] } as unknown as Json);
    expect([broken.supported, broken.primary]).toEqual([[], '']);
  });
  test.each([
    ['ar', true],
    ['ar-EG', true],
    ['he', true],
    ['fa-IR', true],
    ['en', false],
    ['arn', false],
  ])('%s runs from right to left: %s', (code, expected) => {
    expect(isRtl(code)).toBe(expected);
  });
});
