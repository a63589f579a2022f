// Components that are loaded when a page uses them: which module holds them. Nothing here draws, so that loading can begin
// before the code that draws is there.

const modules = {
  calendar: () => import('../components/calendar'),
  charts: () => import('../components/charts'),
  color_input: () => import('../components/color_input'),
  custom: () => import('../components/custom'),
  data_table: () => import('../components/data_table'),
  dialog: () => import('../components/dialog'),
  extras: () => import('../components/extras'),
  file_upload: () => import('../components/file_upload'),
  matrix: () => import('../components/matrix'),
  page_loader: () => import('../components/page_loader'),
  pickers: () => import('../components/pickers'),
  radio: () => import('../components/radio'),
  range: () => import('../components/range'),
  scheduler: () => import('../components/scheduler'),
  select_box: () => import('../components/select_box'),
  tabs: () => import('../components/tabs'),
  text_editor: () => import('../components/text_editor'),
  tree: () => import('../components/tree'),
  virtualizer: () => import('../components/virtualizer'),
  webcam: () => import('../components/webcam'),
};

type Modules = typeof modules;
type ModuleName = keyof Modules;
/** A module and what it exports. */
export type Part = { [M in ModuleName]: readonly [M, keyof Awaited<ReturnType<Modules[M]>>] }[ModuleName];

const chart: Part = ['charts', 'Chart'];

const parts: Readonly<Record<string, Part>> = {
  DataTable: ['data_table', 'DataTable'],
  Matrix: ['matrix', 'Matrix'],
  SelectBox: ['select_box', 'SelectBox'],
  Radio: ['radio', 'Radio'],
  RangeInput: ['range', 'RangeInput'],
  SliderContainer: ['range', 'SliderContainer'],
  Tabs: ['tabs', 'Tabs'],
  Dialog: ['dialog', 'Dialog'],
  WebformLoader: ['page_loader', 'PageLoader'],
  FileUpload: ['file_upload', 'FileUpload'],
  Grid: ['extras', 'Grid'],
  Columns: ['extras', 'Columns'],
  // Replacements of frequent custom components, used when no package offers the name (pages 20.2).
  Popover: ['extras', 'Popover'],
  Accordion: ['extras', 'Accordion'],
  Tags: ['extras', 'Tags'],
  StylishBox: ['extras', 'StylishBox'],
  Timeline: ['extras', 'Timeline'],
  Download: ['extras', 'Download'],
  PdfViewer: ['extras', 'PdfViewer'],
  DatePicker: ['pickers', 'DatePicker'],
  MonthPicker: ['pickers', 'MonthPicker'],
  YearPicker: ['pickers', 'YearPicker'],
  ColorInput: ['color_input', 'ColorInput'],
  Calendar: ['calendar', 'Calendar'],
  Scheduler: ['scheduler', 'Scheduler'],
  DayView: ['scheduler', 'DayView'],
  TextEditor: ['text_editor', 'TextEditor'],
  Tree: ['tree', 'Tree'],
  Virtualizer: ['virtualizer', 'Virtualizer'],
  WebCam: ['webcam', 'WebCam'],
  Pie: chart,
  Bar: chart,
  Line: chart,
  Area: chart,
  Radar: chart,
  Polar: chart,
  Bubble: chart,
  'Mixed Chart': chart,
  MixedChart: chart,
  Doughnut: chart,
  Donut: chart,
  Column: chart,
  Scatter: chart,
};

export function partOf(type: string): Part | undefined {
  return Object.hasOwn(parts, type) ? parts[type] : undefined;
}

/** What the part exports under its name. */
export async function loadPart([module, name]: Part): Promise<unknown> {
  return ((await modules[module]()) as Record<string, unknown>)[name];
}

/** Begins to load what these components need; what cannot be loaded is told when it is drawn. */
export function beginParts(types: Iterable<string>): void {
  for (const type of types) {
    const part = partOf(type);
    if (part) modules[part[0]]().catch(() => undefined);
  }
}
