// Journeys through single components: paper, formatted text, the keyboard alone.
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { galleryPage, galleryPages } from '../test/mock/gallery';
import { box, make, page as pageOf, text } from '../test/mock/pages';
import type { Context, Journey } from './journey';
import { until } from './journey';

async function openGallery({ mock, open }: Context, name: string): Promise<Page> {
  const found = galleryPages().find((page) => page.name === name);
  assert.ok(found, name);
  mock.pages.set(name, galleryPage(found));
  return open(name);
}

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
  });

export const componentJourneys: Readonly<Record<string, Journey>> = {
  async 'on paper lists are whole, nothing is cut, and the page is light'(context) {
    const { mock, open } = context;
    const columns = [{ id: '1', title: 'Title', source: 'title', width: 240 }];
    mock.pages.set(
      'Paper',
      pageOf(
        [{ id: 'books', type: 'entitysel', dataclass: 'Book', namespace: '', initialValue: 'all', pageSize: 300 }],
        [
          text('Before the list'),
          box(
            { height: '240px', overflow: 'auto' },
            make('DataTable', { datasource: 'books', columns, style: { height: '200px' } }),
          ),
          text('After the list'),
        ],
      ),
    );
    const page = await open('Paper');
    await until('rows', async () => (await page.locator('.row').count()) > 0);
    assert.ok((await page.locator('.row').count()) < 40);
    await page.evaluate(() => {
      document.documentElement.dataset['theme'] = 'dark';
    });
    await page.emulateMedia({ media: 'print' });
    await until('all rows', async () => (await page.locator('.row .col-title').count()) === 300);
    const sizes = (): Promise<object> =>
      page.evaluate(() => {
        const grid = document.querySelector('.Grid');
        const after = [...document.querySelectorAll('.fd-text')].at(-1)?.getBoundingClientRect().top ?? 0;
        const last = [...document.querySelectorAll('.row')].at(-1)?.getBoundingClientRect().bottom ?? Infinity;
        return {
          cut: (grid?.scrollHeight ?? 0) - (grid?.clientHeight ?? 0),
          below: after >= last,
          colour: getComputedStyle(document.documentElement).backgroundColor,
        };
      });
    const whole = JSON.stringify({ cut: 0, below: true, colour: 'rgb(255, 255, 255)' });
    await until(`whole: ${JSON.stringify(await sizes())}`, async () => JSON.stringify(await sizes()) === whole);
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    assert.ok((pdf.match(/\/Type\s*\/Page\b/g) ?? []).length >= 10, 'the printed table has several sheets');
    await page.emulateMedia({ media: 'screen' });
    await until('the window again', async () => (await page.locator('.row').count()) < 40);
  },
  async 'formatted text: typing, marks, lists, links; the source follows'(context) {
    const page = await openGallery(context, 'Formatted text');
    const editor = page.getByRole('textbox', { name: 'Text' });
    const shown = page.locator('.q-rich').last();
    await editor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Plain ');
    await page.keyboard.press('Control+b');
    await page.keyboard.type('strong');
    await page.keyboard.press('Control+b');
    await until('typed', async () => (await shown.locator('p strong').allInnerTexts()).includes('strong'));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Numbered list' }).click();
    await page.keyboard.type('first');
    await page.keyboard.press('Enter');
    await page.keyboard.type('second');
    await until('list', async () => (await shown.locator('ol > li').allInnerTexts()).join() === 'first,second');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.keyboard.type('see here');
    await page.keyboard.press('Control+Shift+ArrowLeft');
    await page.getByRole('button', { name: 'Link', exact: true }).click();
    await page.getByLabel('Address of the link').fill('https://example.org/here');
    await page.keyboard.press('Enter');
    await until(
      'link',
      async () => (await shown.locator('a[href="https://example.org/here"]').allInnerTexts()).join() === 'here',
    );
    await page.keyboard.press('Control+z');
    await until('undone', async () => (await shown.locator('a[href="https://example.org/here"]').count()) === 0);
  },
  async 'pasted HTML keeps its plain formatting and nothing else'(context) {
    const page = await openGallery(context, 'Formatted text');
    await page.getByRole('textbox', { name: 'Text' }).click();
    await page.keyboard.press('Control+End');
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData('text/html', '<p onclick="alert(1)">a <b>bold</b><img src=x onerror="alert(2)"><script>alert(3)</script></p>');
      document.activeElement?.dispatchEvent(
        new InputEvent('beforeinput', { inputType: 'insertFromPaste', dataTransfer: data, bubbles: true, cancelable: true }),
      );
    });
    const shown = page.locator('.q-rich').last();
    await until('pasted', async () => (await shown.locator('strong').allInnerTexts()).includes('bold'));
    assert.equal(await page.locator('[onclick], [onerror], .q-rich script').count(), 0);
  },
  async 'keyboard alone: popover, accordion, radio, slider, switch'(context) {
    const popover = await openGallery(context, 'Popover');
    const closed = popover.locator('.q-popover-trigger[aria-expanded="false"]').first();
    await closed.focus();
    await popover.keyboard.press('Enter');
    await until('open', async () => (await popover.locator('.q-popover').count()) >= 1);
    await popover.keyboard.press('Escape');
    await until('focus is back', async () => (await focused(popover)).includes('bottom-left'));
    const accordion = await openGallery(context, 'Accordion and tags');
    await accordion.getByRole('button', { name: 'Second panel' }).focus();
    await accordion.keyboard.press('Space');
    await accordion.getByText('More content').waitFor();
    const choices = await openGallery(context, 'Radio and checkbox');
    await choices.getByRole('radio', { name: 'Beta' }).first().focus();
    await choices.keyboard.press('ArrowDown');
    await until('next radio', async () => (await focused(choices)) === 'Gamma');
    assert.equal(await choices.getByRole('radio', { name: 'Gamma' }).first().getAttribute('aria-checked'), 'true');
    await choices.getByRole('switch').first().focus();
    await choices.keyboard.press('Space');
    await until('switched', async () => !(await choices.getByRole('checkbox', { name: 'Agreed' }).first().isChecked()));
    const range = await openGallery(context, 'Range and upload');
    const slider = range.getByRole('slider').first();
    await slider.focus();
    await range.keyboard.press('End');
    await until('end', async () => (await slider.getAttribute('aria-valuenow')) === '100');
    await range.keyboard.press('PageDown');
    await until('page', async () => (await slider.getAttribute('aria-valuenow')) === '90');
  },
  async 'the strip of tabs keeps its height in a bounded column whose content is taller'({ mock, open }) {
    const tabs = [
      { id: 'one', title: 'One' },
      { id: 'two', title: 'Two' },
    ];
    const tall = box({ height: '2000px', flexShrink: '0' }, text('Tall'));
    const bounded = make('Tabs', { tabs, style: { display: 'flex', flexDirection: 'column', height: '100%' } }, [], {
      one: tall,
      two: text('Second'),
    });
    mock.pages.set('Strip', pageOf([], [box({ height: '240px', overflow: 'auto' }, bounded)]));
    const page = await open('Strip');
    await page.getByText('Tall').waitFor();
    await page.getByRole('tab', { name: 'Two' }).click();
    await page.getByText('Second').waitFor();
    await page.getByRole('tab', { name: 'One' }).click();
    await page.getByText('Tall').waitFor();
  },
  async 'the chips of tags run on in a line, also in a column'({ mock, open }) {
    const chips = make('Tags', { datasource: 'books', field: 'price', style: { display: 'inline-block' } });
    mock.pages.set(
      'Chips',
      pageOf(
        [{ id: 'books', type: 'entitysel', dataclass: 'Book', namespace: '', initialValue: 'all', pageSize: 20 }],
        [box({ display: 'flex', flexDirection: 'column', width: '600px' }, chips)],
      ),
    );
    const page = await open('Chips');
    const chip = page.getByRole('listitem');
    await until('chips', async () => (await chip.count()) > 2 && (await chip.nth(1).innerText()) !== '');
    const [first, second] = await Promise.all([chip.nth(0).boundingBox(), chip.nth(1).boundingBox()]);
    assert.ok(first && second && second.y === first.y && second.x >= first.x + first.width, 'side by side');
    assert.ok(first.width < 300, 'as wide as its text');
  },
  async 'a matrix that the page displays as a block fills its height'({ mock, open }) {
    const inBlock = (orientation: string) =>
      box(
        { height: '200px' },
        make(
          'Matrix',
          {
            datasource: 'books',
            orientation,
            gridProps: { styleboxWidth: 150, styleboxHeight: 60 },
            style: { display: 'block', height: '100%' },
          },
          [],
          { container: box({ height: '100%' }, text('Item')) },
        ),
      );
    mock.pages.set(
      'Blocks',
      pageOf(
        [{ id: 'books', type: 'entitysel', dataclass: 'Book', namespace: '', initialValue: 'all', pageSize: 50 }],
        [inBlock('horizontal'), inBlock('vertical')],
      ),
    );
    const page = await open('Blocks');
    const grids = page.locator('.FdVirtualGrid');
    await until('items', async () => (await grids.nth(1).locator('[aria-posinset]').count()) > 0);
    const heights = await grids.evaluateAll((elements) => elements.map((element) => element.clientHeight));
    assert.ok(heights.length === 2 && heights.every((height) => height > 100 && height <= 200), heights.join());
    const item = await grids.first().locator('[aria-posinset="1"]').boundingBox();
    assert.ok(item && item.height > 100, 'an item of the horizontal one is as high as the matrix');
  },
  async 'keyboard alone: matrix, tabs, calendar of a date, time, tree'(context) {
    const matrix = await openGallery(context, 'Matrix');
    const list = matrix.getByRole('listbox').first();
    await list.focus();
    await matrix.keyboard.press('End');
    await until('last item', async () => (await list.getByRole('option', { selected: true }).innerText()).includes('Cleo'));
    const tabs = await openGallery(context, 'Tabs and page loader');
    await tabs.getByRole('tab', { name: 'First' }).first().focus();
    await tabs.keyboard.press('End');
    await until('last tab', async () => (await focused(tabs)) === 'A longer third');
    const dates = await openGallery(context, 'Date and time');
    const date = dates.getByLabel('Date', { exact: true }).first();
    await date.focus();
    await dates.keyboard.press('ArrowDown');
    await dates.getByRole('dialog').waitFor();
    await until('today has the focus', async () => (await focused(dates)).includes('March 14'));
    for (const key of ['ArrowRight', 'ArrowDown', 'Enter']) await dates.keyboard.press(key);
    await until('chosen', async () => (await date.inputValue()) === '03/22/2025');
    const tree = await openGallery(context, 'Tree and lists');
    await tree.getByRole('tree').nth(1).getByRole('treeitem').first().focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowDown']) await tree.keyboard.press(key);
    await until('walked', async () => ['Laptops', 'Servers', 'Licences'].includes(await focused(tree)));
  },
  async 'a click on a label is one click for what is around it'({ mock, open }) {
    const told: string[] = [];
    mock.functions.set('ds.told', ({ context }) => {
      told.push(String((context?.['event'] as { caller?: string } | undefined)?.caller));
      return 1;
    });
    const named = (serverSideRef: string): object => ({
      serverSideRef,
      events: [{ type: 'method', method: 'ds.told', events: ['onclick'], params: [], returns: {} }],
    });
    mock.pages.set(
      'Labels',
      pageOf(
        [{ id: 'list', type: 'scalar', dataType: 'array', namespace: '', initialValue: [1] }],
        [
          make('StyleBox', { ...named('box') }, [
            make('Checkbox', { ...named('check') }, [], {
              label: make('Label', { text: 'Agree' }),
              CheckboxInput: make('CheckboxInput', {}),
            }),
            make('TextInput', { ...named('field') }, [], {
              label: make('Label', { text: 'Name' }),
              input: make('Input', { type: 'text' }),
            }),
          ]),
        ],
      ),
    );
    const page = await open('Labels');
    const after = async (act: () => Promise<void>, expected: string[]): Promise<void> => {
      told.length = 0;
      await act();
      await until(expected.join(), () => Promise.resolve(told.length >= expected.length));
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 0)));
      assert.deepEqual([...told].sort(), expected);
    };
    await after(() => page.getByText('Agree').click(), ['box', 'check']);
    assert.ok(await page.getByRole('checkbox').isChecked());
    await after(() => page.getByRole('checkbox').click({ force: true }), ['box', 'check']);
    assert.equal(await page.getByRole('checkbox').isChecked(), false);
    await after(() => page.getByText('Name').click(), ['box', 'field']);
    assert.equal(await focused(page), '');
  },
  async 'a camera: the picture goes to the source, then its event runs'(context) {
    const { mock, open } = context;
    mock.pages.set(
      'Camera',
      pageOf(
        [
          { id: 'book', type: 'entity', dataclass: 'Book', namespace: '', initialValue: 'first' },
          { id: 'done', type: 'scalar', dataType: 'string', namespace: '', initialValue: '' },
        ],
        [
          make('WebCam', {
            datasource: 'book.cover',
            events: [
              {
                type: 'simple-action',
                action: 'set',
                events: ['oncapture'],
                datasource: { name: 'done', set: { value: 'taken', type: 'string' } },
              },
            ],
          }),
          text('State: {done}'),
          make('Image', { datasource: 'book.cover', style: { height: '80px', width: '80px' } }),
        ],
      ),
    );
    const page = await open('Camera');
    // A camera that always shows the same: what a canvas draws.
    await page.evaluate(() => {
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = 64;
      setInterval(() => {
        canvas.getContext('2d')?.fillRect(0, 0, Math.random() * 64, 64);
      }, 50);
      navigator.mediaDevices.getUserMedia = () => Promise.resolve(canvas.captureStream(10));
    });
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Take a picture' }).click();
    await page.getByText('State: taken').waitFor();
    await page.locator('.fd-image img[src^="blob:"]').waitFor();
    assert.equal(mock.uploads.size, 1);
  },
};
