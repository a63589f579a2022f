// The gallery: t
import type { Json, JsonObject } from '../../src/base/json';
import { galleryDay, scalar, books, paragraph, type GalleryPage } from './gallery_parts';
import { box, button, check, icon, input, make, text, type Built } from './pages';

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

export const fieldPages = (): GalleryPage[] => [
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
];
