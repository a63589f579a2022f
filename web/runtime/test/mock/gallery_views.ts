// The gallery: p
import type { Json, JsonObject } from '../../src/base/json';
import { galleryDay, scalar, people, personBox, type GalleryPage } from './gallery_parts';
import { box, icon, make, text, type Built } from './pages';

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

export const viewPages = (): GalleryPage[] => [
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
