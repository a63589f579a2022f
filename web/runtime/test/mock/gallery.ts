// Every component in every variant: the pages of the gallery, and what tests go through component by component.
import type { Json, JsonObject } from '../../src/base/json';
import { box, button, check, icon, input, make, text, type Built } from './pages';

export interface GalleryPage {
  /** Name of the page, and of its pictures. */
  name: string;
  sources: Json[];
  variants: [title: string, element: Built][];
  /** Width of a variant; the default is one third of the page. */
  width?: string;
  /** What is done before the picture: selectors to click, in order. */
  clicks?: string[];
}

/** The day that the gallery takes for today. */
export const galleryDay = '2025-03-14';

const scalar = (id: string, dataType: string, initialValue?: Json): JsonObject => ({
  id,
  type: 'scalar',
  dataType,
  namespace: '',
  ...(initialValue === undefined ? {} : { initialValue }),
});
const books: Json[] = [
  { id: 'books', type: 'entitysel', dataclass: 'Book', namespace: '', initialValue: 'all', pageSize: 50 },
  { id: 'book', type: 'entity', dataclass: 'Book', from: 'books', namespace: '', initialValue: 'first' },
];
const people: Json[] = [
  { name: 'Ann Berg', city: 'Oslo', age: 41, since: '2019-05-02', tone: '#12a594' },
  { name: 'Ben Okoye', city: 'Lagos', age: 29, since: '2021-11-30', tone: '#d6409f' },
  { name: 'Cleo Sorel', city: 'Lyon', age: 35, since: '2023-01-15', tone: '#f59e0b' },
];
const options: Json[] = [
  { label: 'Alpha', value: 'a', id: '1' },
  { label: 'Beta', value: 'b', id: '2' },
  { label: 'Gamma', value: 'c', id: '3' },
];
const picture =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='200' height='120'%3E%3Crect width='200' height='120' fill='%2312a594'/%3E%3Ccircle cx='150' cy='38' r='18' fill='%23fde68a'/%3E%3Cpath d='M0 120 70 40l40 48 26-24 64 56z' fill='%230b5f55'/%3E%3C/svg%3E";

const labelled = (position: string): Built =>
  make('TextInput', { labelPosition: position }, [], {
    label: make('Label', { text: `Label ${position}` }),
    input: make('Input', { type: 'text', datasource: 't' }),
  });
const choice = (position: string, more: JsonObject = {}): Built =>
  make('SelectInput', { labelPosition: position }, [], {
    label: make('Label', { text: 'Choice' }),
    select: make('Select', { options, datasource: 'r', ...more }),
  });
const slider = (orientation: string, wrapper: JsonObject = {}, container: JsonObject = {}): Built =>
  make('RangeInput', { orientation, labelPosition: 'top', ...wrapper }, [], {
    label: make('Label', { text: 'Amount' }),
    SliderContainer: make('SliderContainer', { datasource: 'x', min: 0, max: 100, step: 5, ...container }, [], {
      track: make('SliderTrack', {}, [], { filled: make('SliderFilledTrack', {}) }),
      thumb: make('SliderThumb', {}),
    }),
  });
const paragraph = (...children: Json[]): JsonObject => ({ type: 'paragraph', children });
const columns: Json[] = [
  { id: '1', title: 'Name', source: 'name', width: '40%', sorting: true },
  { id: '2', title: 'City', source: 'city', width: 120, sorting: true },
  { id: '3', title: 'Age', source: 'age', width: 80, format: '0', dataType: 'number' },
  { id: '4', title: 'Since', source: 'since', width: 120, dataType: 'date', format: 'Date abbreviated' },
];
const table = (more: JsonObject = {}): Built =>
  make('DataTable', { datasource: 'list', currentElement: 'item', columns, style: { height: '200px' }, ...more });
const personBox = (): Built =>
  make('StyleBox', { style: { padding: '8px 12px', display: 'flex', gap: 10, alignItems: 'center' } }, [
    icon('fa-solid fa-user', { style: { color: 'var(--q-accent)' } }),
    text('{$This.name}', { fontWeight: 600 }),
    text('{$This.city}', { color: 'var(--q-text-soft)' }),
  ]);
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
const series: Json = {
  labels: ['Jan', 'Feb', 'Mar', 'Apr', 'May'],
  datasets: [
    { label: 'Plan', data: [12, 18, 15, 22, 30] },
    { label: 'Done', data: [8, 19, 11, 25, 27] },
  ],
};
const shares: Json = [
  { label: 'Oslo', value: 42 },
  { label: 'Lagos', value: 31 },
  { label: 'Lyon', value: 17 },
];
const bubbles: Json = {
  datasets: [
    {
      label: 'Teams',
      data: [
        { x: 3, y: 8, r: 12 },
        { x: 6, y: 3, r: 20 },
        { x: 9, y: 11, r: 8 },
      ],
    },
  ],
};
const chart = (type: string, datasource: string, more: JsonObject = {}): [string, Built] => [
  type,
  make(type, { datasource, title: type, style: { height: '240px', width: '100%' }, ...more }),
];
const meetings: Json = [
  { subject: 'Planning', mDate: '2025-03-12', startTime: '9:00', endTime: '11:00', room: 'Blue room' },
  { subject: 'Interview', mDate: '2025-03-12', startTime: '10:00', endTime: '12:00', room: 'Call' },
  { subject: 'Review', mDate: '2025-03-14', startTime: '13:30', endTime: '15:00', room: 'Hall' },
];
const schedule = (type: string, more: JsonObject = {}): Built =>
  make(type, {
    datasource: 'meetings',
    currentElement: 'meeting',
    property: 'subject',
    startDate: 'mDate',
    eventDate: 'mDate',
    startTime: 'startTime',
    endTime: 'endTime',
    attributes: [{ Attribute: 'room', id: '1' }],
    hours: 'work',
    height: '44px',
    weekStart: '1',
    colors: [{ color: '#2f5bea' }, { color: '#12a594' }],
    ...more,
  });
const richText = JSON.stringify([
  { type: 'heading-one', children: [{ text: 'Minutes' }] },
  {
    type: 'paragraph',
    children: [{ text: 'We agreed on ' }, { text: 'three', bold: true }, { text: ' things ' }, { text: 'today', italic: true }],
  },
  {
    type: 'bulleted-list',
    children: [
      { type: 'list-item', children: [{ text: 'paint the hall' }] },
      {
        type: 'list-item',
        children: [
          { text: 'call ' },
          { type: 'link', url: 'https://example.org', children: [{ text: 'the shop' }] },
          { text: '' },
        ],
      },
    ],
  },
  { type: 'block-quote', children: [{ text: 'Less is more' }] },
]);
const tree: Json = [
  {
    label: 'Assets',
    icon: 'fa-solid fa-box',
    children: [
      { label: 'Computers', icon: 'fa-solid fa-desktop', children: [{ label: 'Laptops' }, { label: 'Servers' }] },
      { label: 'Licences', icon: 'fa-solid fa-key' },
    ],
  },
  { label: 'Calendar', icon: 'fa-solid fa-calendar-days' },
];

export function galleryPages(): GalleryPage[] {
  return [
    {
      name: 'Text',
      sources: [
        scalar('t', 'string', 'bound text'),
        scalar('n', 'number', 1234.5),
        scalar('d', 'date', galleryDay),
        scalar('ms', 'duration', 7500000),
      ],
      variants: [
        ['plain and bound', text('Hello {t}, twice: {t|U}')],
        [
          'marks',
          make('Text', {
            doc: [
              paragraph(
                { text: 'bold ', bold: true },
                { text: 'italic ', italic: true },
                { text: 'under ', underlined: true },
                { text: 'through', strikethrough: true },
              ),
              paragraph({ text: 'second paragraph\nwith a new line' }),
            ],
          }),
        ],
        ['formats', text('{n|#,##0.00 €} · {d|Date long} · {ms|Distance}')],
        [
          'link',
          make('Text', {
            doc: [
              paragraph(
                { text: 'see ' },
                { type: 'link', url: 'https://example.org', target: '_blank', children: [{ text: 'the page' }] },
              ),
            ],
          }),
        ],
        [
          'clickable',
          text(
            'Press me',
            {},
            {
              events: [
                {
                  type: 'simple-action',
                  action: 'set',
                  events: ['onclick'],
                  datasource: { name: 't', set: { value: 'x', type: 'string' } },
                },
              ],
            },
          ),
        ],
        ['disabled', text('Not now', {}, { disabled: true })],
      ],
    },
    {
      name: 'Button',
      sources: [],
      variants: [
        ['plain', button('Save')],
        ['icon left', button('Add', [], { icon: 'fa-solid fa-plus', iconPosition: 'left' })],
        ['icon right', button('Next', [], { icon: 'fa-solid fa-arrow-right', iconPosition: 'right' })],
        ['icon top', button('Upload', [], { icon: 'fa-solid fa-upload', iconPosition: 'top' })],
        ['icon bottom', button('More', [], { icon: 'fa-solid fa-chevron-down', iconPosition: 'bottom' })],
        ['icon alone', button('', [], { icon: 'fa-solid fa-gear', iconPosition: 'left', title: 'Settings' })],
        ['disabled', button('Not now', [], { disabled: true })],
        ['styled', button('Delete', [], { style: { backgroundColor: '#c4232f', color: '#fff', borderRadius: 20 } })],
        ['marks in the text', button('<b>Bold</b> &amp; <i>italic</i><br>two lines')],
      ],
    },
    {
      name: 'Icon and image',
      sources: [scalar('none', 'string')],
      variants: [
        [
          'icons',
          box(
            { display: 'flex', gap: 14, fontSize: 24 },
            icon('fa-solid fa-house'),
            icon('fa-regular fa-star'),
            icon('fa-car'),
            icon('fa-brands fa-github'),
            icon('fa-times'),
          ),
        ],
        ['default icon', make('Icon', {})],
        ['image', make('Image', { imgSrc: picture, style: { height: '110px', width: '180px' } })],
        ['contained', make('Image', { imgSrc: picture, style: { height: '110px', width: '110px', objectFit: 'contain' } })],
        [
          'round',
          make('Image', { imgSrc: picture, style: { height: '96px', width: '96px', objectFit: 'cover', borderRadius: '50%' } }),
        ],
        ['missing', make('Image', { datasource: 'none', style: { height: '110px', width: '160px' } })],
        [
          'default image',
          make('Image', { datasource: 'none', defaultImgSrc: picture, style: { height: '110px', width: '160px' } }),
        ],
      ],
    },
    {
      name: 'Text input',
      sources: [
        scalar('t', 'string', 'Some text'),
        scalar('e', 'string', ''),
        scalar('n', 'number', 1234.5),
        scalar('pw', 'string', 'secret'),
        ...books,
      ],
      variants: [
        ['text', input('Name', 't')],
        ['placeholder', input('Name', 'e', { placeholder: 'First and last name' })],
        ['text area', input('Remark', 't', { type: 'textArea' })],
        ['number', input('Price', 'n', { type: 'number', format: '#,##0.00' })],
        ['password', input('Password', 'pw', { type: 'password' })],
        ['eye on the other side', input('Password', 'pw', { type: 'password', eyePosition: 'left' })],
        ['read only', input('Name', 't', { readonly: true })],
        ['disabled', input('Name', 't', { disabled: true })],
        ['label left', labelled('left')],
        ['label right', labelled('right')],
        ['label bottom', labelled('bottom')],
        ['label hidden', labelled('hidden')],
      ],
    },
    {
      name: 'Date and time',
      sources: [scalar('d', 'date', galleryDay), scalar('e', 'date'), scalar('ms', 'duration', 7500000)],
      variants: [
        ['date', input('Date', 'd', { type: 'date' })],
        ['empty date', input('Date', 'e', { type: 'date' })],
        ['long format', input('Date', 'd', { type: 'date', format: 'Date long' })],
        ['time', input('Time', 'ms', { type: 'time' })],
        ['duration', input('Duration', 'ms', { type: 'duration' })],
        [
          'broken interval',
          input('Date', 'd', {
            type: 'date',
            intervals: [{ include: true, type: 'range', params: { from: '2025-05-01', to: '2025-04-01' } }],
          }),
        ],
        [
          'open',
          make('StyleBox', { className: 'open-date', style: { minHeight: '420px' } }, [
            input('Date', 'd', {
              type: 'date',
              intervals: [{ include: false, type: 'days', params: { days: [{ value: 'sunday' }] } }],
            }),
          ]),
        ],
      ],
      clicks: ['.open-date .q-date-button'],
    },
    {
      name: 'Select',
      sources: [scalar('r', 'string', 'b'), scalar('e', 'string', '')],
      variants: [
        ['label left', choice('left')],
        ['label top', choice('top')],
        ['label hidden', choice('hidden')],
        ['with an empty choice', choice('top', { datasource: 'e', showEmptyOption: true, placeholder: 'none' })],
        ['default', choice('top', { datasource: 'e', defaultValue: 'c' })],
        ['disabled', choice('top', { disabled: true })],
      ],
    },
    {
      name: 'Radio and checkbox',
      sources: [
        scalar('r', 'string', 'b'),
        scalar('many', 'array', ['a', 'c']),
        scalar('on', 'bool', true),
        scalar('off', 'bool', false),
        scalar('n', 'bool'),
      ],
      variants: [
        ['radio', make('Radio', { options, datasource: 'r', type: 'radio', mode: 'single' })],
        ['as tabs', make('Radio', { options, datasource: 'r', type: 'tabs', mode: 'single' })],
        ['several', make('Radio', { options, datasource: 'many', type: 'radio', mode: 'multiple' })],
        ['several as tabs', make('Radio', { options, datasource: 'many', type: 'tabs', mode: 'multiple' })],
        ['disabled', make('Radio', { options, datasource: 'r', disabled: true })],
        ['checkbox', check('Agreed', 'on')],
        ['not checked', check('Agreed', 'off')],
        ['three states', check('Perhaps', 'n', { type: 'three-state' })],
        ['switch', check('Switched', 'on', { variant: 'switch' })],
        ['switch off', check('Switched', 'off', { variant: 'switch' })],
        ['small', check('Small', 'on', { size: 'sm' })],
        ['large', check('Large', 'on', { size: 'lg' })],
        ['label left', check('Left', 'on', { labelPosition: 'left' })],
        ['label top', check('Top', 'on', { labelPosition: 'top' })],
        ['disabled', check('Fixed', 'on', { disabled: true })],
      ],
    },
    {
      name: 'Range and upload',
      sources: [scalar('x', 'number', 40), scalar('b', 'blob')],
      variants: [
        ['horizontal', slider('horizontal')],
        ['vertical', slider('vertical')],
        ['label left', slider('horizontal', { labelPosition: 'left' })],
        ['disabled', slider('horizontal', { disabled: true })],
        [
          'file',
          make('FileUpload', { text: 'Choose a file', iconPosition: 'left', datasource: 'b' }, [], {
            icon: icon('fa-solid fa-upload'),
          }),
        ],
        [
          'file, icon on top',
          make('FileUpload', { text: 'Choose', iconPosition: 'top', datasource: 'b' }, [], { icon: icon('fa-solid fa-image') }),
        ],
        [
          'file, disabled',
          make('FileUpload', { text: 'Choose', iconPosition: 'hidden', datasource: 'b', disabled: true }, [], {
            icon: icon('fa-solid fa-image'),
          }),
        ],
      ],
    },
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
      sources: [
        scalar('list', 'array', people),
        { ...scalar('item', 'object', 'first'), from: 'list' },
        scalar('none', 'object'),
      ],
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
    {
      name: 'Pickers',
      sources: [
        scalar('d', 'date', galleryDay),
        scalar('days', 'array', ['2025-03-10', '2025-03-14']),
        scalar('many', 'array', ['2025-03-03', '2025-03-20']),
        scalar('year', 'number', 2025),
        scalar('month', 'date', '2025-03-01'),
      ],
      variants: [
        ['date', make('DatePicker', { datasource: 'd', selectionModes: 'single' })],
        ['range', make('DatePicker', { datasource: 'days', selectionModes: 'range' })],
        [
          'several, own colours',
          make('DatePicker', {
            datasource: 'many',
            selectionModes: 'multiple',
            selectedDateColor: '#0b7a6d',
            selectedDateRaduis: '50%',
          }),
        ],
        ['month', make('MonthPicker', { datasource: 'month', selectionModes: 'single', selectedMonthColor: '#0b7a6d' })],
        ['year', make('YearPicker', { datasource: 'year', selectionModes: 'single' })],
        ['read only', make('DatePicker', { datasource: 'd', readOnly: true })],
      ],
    },
    {
      name: 'Calendar',
      sources: [
        scalar('list', 'array', [
          { name: 'Trip', from: '2025-03-11', to: '2025-03-13' },
          { name: 'Fair', from: '2025-03-13', to: '2025-03-13', tone: '#d6409f' },
        ]),
        scalar('one', 'object'),
      ],
      width: '100%',
      variants: [
        [
          'full',
          make('Calendar', {
            datasource: 'list',
            currentElement: 'one',
            startDate: 'from',
            endDate: 'to',
            property: 'name',
            colorProp: 'tone',
            yearNav: true,
            weekStart: '1',
            rowHeight: '70px',
            type: 'full',
          }),
        ],
        [
          'days of work',
          make('Calendar', {
            datasource: 'list',
            startDate: 'from',
            endDate: 'to',
            property: 'name',
            weekStart: '1',
            rowHeight: '64px',
            type: 'work',
            color: '#12a594',
          }),
        ],
      ],
    },
    {
      name: 'Schedules',
      sources: [scalar('meetings', 'array', meetings), scalar('meeting', 'object')],
      width: '100%',
      variants: [
        ['week', schedule('Scheduler', { days: 'work', timeFormat: '24', todayButton: true, yearNav: true })],
        ['day', schedule('DayView', { timeFormat: '12', todayButton: true })],
      ],
    },
    {
      name: 'Formatted text',
      sources: [scalar('s', 'string', richText)],
      width: '48%',
      variants: [
        ['editor', make('TextEditor', { datasource: 's' })],
        ['read only', make('TextEditor', { datasource: 's', readOnly: true })],
      ],
    },
    {
      name: 'Tree and lists',
      sources: [scalar('nodes', 'array', tree), scalar('list', 'array', people), scalar('s', 'string', '#12a594')],
      variants: [
        ['tree', make('Tree', { datasource: 'nodes', expand: true })],
        ['tree, closed', make('Tree', { datasource: 'nodes' })],
        [
          'timeline',
          make('Timeline', { datasource: 'list', variant: 'value1', orientation: 'Vertical' }, [], {
            item: box({}, text('{$This.name}')),
          }),
        ],
        [
          'timeline, two sides',
          make('Timeline', { datasource: 'list', variant: 'value2', orientation: 'Vertical' }, [], {
            item1: box({}, text('{$This.since}')),
            item2: box({}, text('{$This.name}')),
          }),
        ],
        [
          'timeline, horizontal',
          make('Timeline', { datasource: 'list', variant: 'value1', orientation: 'Horizontal' }, [], {
            item: box({}, text('{$This.name}')),
          }),
        ],
        ['free list', make('Virtualizer', { datasource: 'list', style: { height: '120px' } }, [], { element: personBox() })],
        [
          'stylish box',
          make('StylishBox', { parameters: [{ name: 'tone', source: 's' }] }, [], {
            container: make('StyleBox', { style: { backgroundColor: 'var(--tone)', color: '#0b1020', padding: '10px' } }, [
              text('coloured by a source'),
            ]),
          }),
        ],
        [
          'grid',
          make(
            'Grid',
            {
              rows: [{ height: 40 }, { height: 40 }],
              columns: [{ width: '1fr' }, { width: '2fr' }],
              rowGap: '6px',
              colGap: '6px',
              areas: [
                { id: 'x', colStart: 1, colSpan: 2, rowStart: 1, rowSpan: 1 },
                { id: 'y', colStart: 2, colSpan: 1, rowStart: 2, rowSpan: 1 },
              ],
            },
            [],
            {
              x: box({ backgroundColor: 'var(--q-hover)' }, text('across')),
              y: box({ backgroundColor: 'var(--q-accent-soft)' }, text('right')),
            },
          ),
        ],
      ],
    },
    {
      name: 'Charts',
      sources: [
        scalar('s', 'object', series),
        scalar('p', 'array', shares),
        scalar('b', 'object', bubbles),
        scalar('rows', 'array', [
          { x: 'Ann', y: 4, z: 2 },
          { x: 'Ben', y: 7, z: 5 },
        ]),
      ],
      variants: [
        chart('Bar', 's'),
        chart('Line', 's', { legendPosition: 'top' }),
        chart('Area', 's', { displayLabels: true }),
        chart('Pie', 'p', { legendPosition: 'right' }),
        chart('Donut', 'p', { legendPosition: 'left', title: '' }),
        chart('Polar', 'p'),
        chart('Radar', 's'),
        chart('Bubble', 'b', { xAxisTitle: 'Size', yAxisTitle: 'Speed' }),
        [
          'columns of objects',
          make('Bar', {
            datasource: 'rows',
            datasets: [
              { label: 'Articles', source: 'y', backgroundColor: '#227B94' },
              { label: 'Likes', source: 'z', backgroundColor: '#b98a2f' },
            ],
            stacked: true,
            style: { height: '240px', width: '100%' },
          }),
        ],
        [
          'lying bars',
          make('Bar', { datasource: 's', orientation: 'horizontal', grid: false, style: { height: '240px', width: '100%' } }),
        ],
      ],
    },
    {
      name: 'Files and placeholders',
      sources: [scalar('s', 'string', 'text'), scalar('none', 'blob')],
      variants: [
        [
          'download',
          make('Download', { label: 'Download', datasource: 's', iconPosition: 'left' }, [], {
            icon: icon('fa-solid fa-download'),
          }),
        ],
        ['PDF, none', make('PdfViewer', { datasource: 'none', style: { height: '80px' } })],
        ['camera', make('WebCam', { datasource: 'none', style: { height: '240px' } })],
        ['fallback', make('Fallback', { componentName: 'Chart', style: { height: '50px', borderWidth: '1px' } })],
        ['unknown', make('MysteryThing', { style: { height: '60px' } })],
      ],
    },
  ];
}

/** The page of the gallery as a page file. */
export function galleryPage({ sources, variants, width = '31%' }: GalleryPage): Json {
  const dialogs = variants.filter(([, element]) => element.id.startsWith('Dialog-')).map(([, element]) => element);
  const cells = variants
    .filter(([, element]) => !dialogs.includes(element))
    .map(([title, element]) =>
      make(
        'StyleBox',
        {
          className: 'cell',
          style: {
            width,
            display: 'flex',
            flexDirection: 'column',
            gap: 8,
            padding: '14px',
            borderWidth: '1px',
            borderRadius: 10,
            alignItems: 'stretch',
          },
        },
        [text(title, { fontSize: 12, color: 'var(--q-text-soft)' }), element],
      ),
    );
  const root = make('Container', { nodeId: 'ROOT', className: 'bg-white h-full w-full px-6' }, [
    make(
      'StyleBox',
      { style: { display: 'flex', flexWrap: 'wrap', gap: 14, padding: '16px 0', alignItems: 'flex-start' } },
      cells,
    ),
    ...dialogs,
  ]);
  return { metadata: { v: '1.0', datasources: sources, styles: [] }, components: root.nodes };
}
