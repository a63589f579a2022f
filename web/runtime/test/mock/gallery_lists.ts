// The gallery: t
import type { JsonObject } from '../../src/base/json';
import { scalar, books, people, columns, personBox, type GalleryPage } from './gallery_parts';
import { box, button, icon, make, text, type Built } from './pages';

const table = (more: JsonObject = {}): Built =>
  make('DataTable', { datasource: 'list', currentElement: 'item', columns, style: { height: '200px' }, ...more });

const matrix = (gridProps: JsonObject, more: JsonObject = {}): Built =>
  make('Matrix', { datasource: 'list', currentElement: 'item', gridProps, style: { height: '150px' }, ...more }, [], {
    container: personBox(),
  });

const selectBox = (more: JsonObject = {}): Built =>
  make('SelectBox', { datasource: 'list', currentElement: 'item', placeholder: 'Choose somebody', rowsNumber: 4, ...more }, [], {
    container: personBox(),
  });

const tabs = (variant: string, more: JsonObject = {}): Built =>
  make(
    'Tabs',
    {
      variant,
      tabs: [
        { id: 'a', title: 'First' },
        { id: 'b', title: 'Second' },
        { id: 'c', title: 'A longer third' },
      ],
      ...more,
    },
    [],
    { a: box({}, text('Content of the first tab')), b: box({}, text('Second')), c: box({}, text('Third')) },
  );

const popover = (position: string, more: JsonObject = {}): Built =>
  make('Popover', { action: 'click', isShown: true, position, ...more }, [], {
    PopoverTrigger: box({ padding: '6px 12px', backgroundColor: 'var(--q-hover)', borderRadius: 8 }, text(position)),
    PopoverContent: box({}, text('What is inside')),
  });

export const listPages = (): GalleryPage[] => [
  {
    name: 'Data table',
    sources: [
      scalar('list', 'array', people),
      { ...scalar('item', 'object', 'first'), from: 'list' },
      scalar('none', 'array', []),
      ...books,
    ],
    width: '48%',
    variants: [
      ['array', table()],
      ['without lines', table({ showBorders: false })],
      ['empty', table({ datasource: 'none' })],
      ['disabled', table({ disabled: true })],
      [
        'selection',
        make('DataTable', {
          datasource: 'books',
          currentElement: 'book',
          rowHeight: 34,
          headerHeight: 34,
          style: { height: '230px' },
          columns: [
            { id: '1', title: 'Title', source: 'title', width: 180, sorting: true },
            { id: '2', title: 'Author', source: 'author.name', width: 120 },
            { id: '3', title: 'Price', source: 'price', width: 90, format: '0.00 €' },
          ],
        }),
      ],
    ],
  },
  {
    name: 'Matrix',
    sources: [scalar('list', 'array', people), { ...scalar('item', 'object', 'first'), from: 'list' }],
    width: '48%',
    variants: [
      ['vertical', matrix({ styleboxHeight: 46, styleboxPercentWidth: '100%' })],
      ['mosaic', matrix({ styleboxHeight: 60, styleboxPercentWidth: '50%', enableMosaic: true })],
      [
        'horizontal',
        matrix({ styleboxWidth: 190, styleboxHeight: 60 }, { orientation: 'horizontal', style: { height: '80px' } }),
      ],
      ['disabled', matrix({ styleboxHeight: 46, styleboxPercentWidth: '100%' }, { disabled: true })],
      [
        'with buttons inside',
        make(
          'Matrix',
          { datasource: 'list', currentElement: 'item', gridProps: { styleboxHeight: 56 }, style: { height: '170px' } },
          [],
          {
            container: make('StyleBox', { style: { display: 'flex', gap: 10, alignItems: 'center', padding: '6px 10px' } }, [
              text('{$This.name}'),
              button('Call', [{ type: 'dialog', events: ['onclick'], actionType: 'open', targetDialog: 'none' }]),
            ]),
          },
        ),
      ],
    ],
  },
  {
    name: 'Select box',
    sources: [scalar('list', 'array', people), { ...scalar('item', 'object', 'first'), from: 'list' }, scalar('none', 'object')],
    variants: [
      ['chosen', selectBox()],
      ['nothing chosen', selectBox({ currentElement: 'none' })],
      ['with length', selectBox({ showLength: true, template: '{{ length }} people' })],
      ['disabled', selectBox({ disabled: true })],
      [
        'open',
        make('StyleBox', { className: 'open-box', style: { minHeight: '260px' } }, [
          selectBox({ currentElement: 'none', enableSearch: true, searchAttributes: [{ attribute: 'name', id: '1' }] }),
        ]),
      ],
    ],
    clicks: ['.open-box .fd-selectbox__toggle_button'],
  },
  {
    name: 'Tabs and page loader',
    sources: [],
    width: '48%',
    variants: [
      ['line', tabs('line')],
      ['enclosed', tabs('enclosed')],
      ['disabled', tabs('line', { disabled: true })],
      ['page loader', make('WebformLoader', { webform: 'Inner', style: { height: '90px' } })],
    ],
  },
  {
    name: 'Dialog',
    sources: [],
    variants: [
      [
        'opener',
        button('Open', [{ type: 'dialog', events: ['onclick'], actionType: 'open', targetDialog: 'dlg' }], {
          className: 'opener',
        }),
      ],
      [
        'dialog',
        make(
          'Dialog',
          { serverSideRef: 'dlg', overlay: true, closable: true, draggable: true, animated: true, style: { width: '360px' } },
          [],
          {
            Dialog: make(
              'StyleBox',
              { style: { padding: '36px 24px 24px', display: 'flex', flexDirection: 'column', gap: 14 } },
              [
                text('Delete this entry?', { fontWeight: 600, fontSize: 18 }),
                text('It is removed for everyone.', { color: 'var(--q-text-soft)' }),
                box(
                  { display: 'flex', gap: 8, justifyContent: 'flex-end' },
                  button('Cancel', [], {
                    className: 'bg-transparent',
                    style: { color: 'var(--q-text)', borderColor: 'var(--q-line)' },
                  }),
                  button('Delete'),
                ),
              ],
            ),
            close: icon('fa-times'),
            drag: icon('fa-grip-vertical'),
          },
        ),
      ],
    ],
    clicks: ['.opener'],
  },
  {
    name: 'Popover',
    sources: [scalar('list', 'array', people), scalar('one', 'object')],
    variants: [
      ['below', box({ padding: '10px 60px 80px' }, popover('bottom-center'))],
      ['above', box({ padding: '80px 60px 10px' }, popover('top-left'))],
      ['beside', box({ padding: '20px 160px 20px 10px' }, popover('right-center'))],
      ['closed', popover('bottom-left', { isShown: false })],
    ],
  },
  {
    name: 'Accordion and tags',
    sources: [scalar('list', 'array', people), scalar('one', 'object')],
    variants: [
      [
        'accordion',
        make(
          'Accordion',
          {
            items: [{ id: 'x' }, { id: 'y' }],
            openChevron: 'fa-chevron-up',
            closeChevron: 'fa-chevron-down',
            multiple: true,
            position: 'right',
            style: { borderWidth: '1px', borderRadius: '10px' },
          },
          [],
          {
            accordion_x: box({}, text('First panel', { fontWeight: 600 })),
            bodyx: box({}, text('Its content')),
            accordion_y: box({}, text('Second panel', { fontWeight: 600 })),
            bodyy: box({}, text('More content')),
          },
        ),
      ],
      [
        'tags',
        box(
          {},
          make('Tags', {
            datasource: 'list',
            currentElement: 'one',
            enableAction: true,
            iconAction: 'fa-solid fa-xmark',
            field: 'name',
          }),
        ),
      ],
    ],
    clicks: ['.q-accordion-header'],
  },
];
