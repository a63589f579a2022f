// Component names of pages to what draws them. Heavy ones are loaded when a page uses them.
import { lazy, useState, type ComponentType, type ReactNode } from 'react';
import { Button } from '../components/button';
import { Checkbox, CheckboxInput } from '../components/checkbox';
import { Container, StyleBox } from '../components/container';
import { Dialog } from '../components/dialog';
import { Fallback } from '../components/fallback';
import { Icon } from '../components/icon';
import { Image } from '../components/image';
import { Input, Label, TextInput } from '../components/input';
import { PageLoader } from '../components/page_loader';
import { Select, SelectInput } from '../components/select';
import { Tabs } from '../components/tabs';
import { Text } from '../components/text';
import type { NodeProps } from './node';

export type NodeComponent = ComponentType<NodeProps>;

const plain: Readonly<Record<string, NodeComponent>> = {
  Container,
  StyleBox,
  Text,
  Button,
  Icon,
  Image,
  TextInput,
  Label,
  Input,
  SelectInput,
  Select,
  Checkbox,
  CheckboxInput,
  Tabs,
  WebformLoader: PageLoader,
  Dialog,
  Fallback,
};

const radio = (): Promise<typeof import('../components/radio')> => import('../components/radio');
const range = (): Promise<typeof import('../components/range')> => import('../components/range');
const pickers = (): Promise<typeof import('../components/pickers')> => import('../components/pickers');
const extras = (): Promise<typeof import('../components/extras')> => import('../components/extras');
const scheduler = (): Promise<typeof import('../components/scheduler')> => import('../components/scheduler');
const charts = (): Promise<typeof import('../components/charts')> => import('../components/charts');

interface Load {
  begin(): Promise<NodeComponent>;
  arrived(): boolean;
}
const loads = new Map<NodeComponent, Load>();

/** What has arrived before it is drawn is drawn at once: React holds back what had to wait for some 300 ms. */
function load<M>(module: () => Promise<M>, pick: (module: M) => NodeComponent): NodeComponent {
  let arrived: NodeComponent | null = null;
  const begin = async (): Promise<NodeComponent> => (arrived ??= pick(await module()));
  const Waiting = lazy(async () => ({ default: await begin() }));
  function Loaded(props: NodeProps): ReactNode {
    const [Part] = useState<NodeComponent>(() => arrived ?? Waiting); // for as long as it is mounted
    return <Part {...props} />;
  }
  loads.set(Loaded, { begin, arrived: () => arrived !== null });
  return Loaded;
}

/** Loads what these components need, so that it is there when they are drawn; drawing them tells of what is not. */
export async function loadAhead(names: Iterable<string>): Promise<void> {
  const begun = [...names].map((name) => {
    const component = builtIn(name);
    return component && loads.get(component)?.begin();
  });
  await Promise.allSettled(begun);
}

/** Whether drawing a component may have to wait for its code. */
export function mayWait(name: string): boolean {
  const component = builtIn(name);
  const code = component && loads.get(component);
  return code !== undefined && !code.arrived();
}

const chart = load(charts, (m) => m.Chart);

const heavy: Readonly<Record<string, NodeComponent>> = {
  DataTable: load(
    () => import('../components/data_table'),
    (m) => m.DataTable,
  ),
  Matrix: load(
    () => import('../components/matrix'),
    (m) => m.Matrix,
  ),
  SelectBox: load(
    () => import('../components/select_box'),
    (m) => m.SelectBox,
  ),
  Radio: load(radio, (m) => m.Radio),
  RangeInput: load(range, (m) => m.RangeInput),
  SliderContainer: load(range, (m) => m.SliderContainer),
  FileUpload: load(
    () => import('../components/file_upload'),
    (m) => m.FileUpload,
  ),
  Grid: load(extras, (m) => m.Grid),
  Columns: load(extras, (m) => m.Columns),
};

/** Replacements of frequent custom components, used when no package offers the name (pages 20.2). */
const replacements: Readonly<Record<string, NodeComponent>> = {
  Popover: load(extras, (m) => m.Popover),
  Accordion: load(extras, (m) => m.Accordion),
  Tags: load(extras, (m) => m.Tags),
  StylishBox: load(extras, (m) => m.StylishBox),
  Timeline: load(extras, (m) => m.Timeline),
  Download: load(extras, (m) => m.Download),
  PdfViewer: load(extras, (m) => m.PdfViewer),
  DatePicker: load(pickers, (m) => m.DatePicker),
  MonthPicker: load(pickers, (m) => m.MonthPicker),
  YearPicker: load(pickers, (m) => m.YearPicker),
  ColorInput: load(
    () => import('../components/color_input'),
    (m) => m.ColorInput,
  ),
  Calendar: load(
    () => import('../components/calendar'),
    (m) => m.Calendar,
  ),
  Scheduler: load(scheduler, (m) => m.Scheduler),
  DayView: load(scheduler, (m) => m.DayView),
  TextEditor: load(
    () => import('../components/text_editor'),
    (m) => m.TextEditor,
  ),
  Tree: load(
    () => import('../components/tree'),
    (m) => m.Tree,
  ),
  Virtualizer: load(
    () => import('../components/virtualizer'),
    (m) => m.Virtualizer,
  ),
  WebCam: load(
    () => import('../components/webcam'),
    (m) => m.WebCam,
  ),
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

export function builtIn(name: string): NodeComponent | undefined {
  return own(plain, name) ?? own(heavy, name) ?? own(replacements, name);
}

function own(table: Readonly<Record<string, NodeComponent>>, name: string): NodeComponent | undefined {
  return Object.prototype.hasOwnProperty.call(table, name) ? table[name] : undefined;
}
