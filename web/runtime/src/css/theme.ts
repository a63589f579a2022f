// Theme classes: utility names to declarations, made when a page uses them (pages 13.1, project-format 14.3).
import { table } from '../base/json';
import { colour } from './palette';

const fixed: Readonly<Record<string, string>> = table({
  block: 'display:block',
  inline: 'display:inline',
  'inline-block': 'display:inline-block',
  flex: 'display:flex',
  'inline-flex': 'display:inline-flex',
  grid: 'display:grid',
  'inline-grid': 'display:inline-grid',
  hidden: 'display:none',
  contents: 'display:contents',
  table: 'display:table',
  static: 'position:static',
  fixed: 'position:fixed',
  absolute: 'position:absolute',
  relative: 'position:relative',
  sticky: 'position:sticky',
  visible: 'visibility:visible',
  invisible: 'visibility:hidden',
  'sr-only':
    'position:absolute;width:1px;height:1px;margin:-1px;padding:0;overflow:hidden;clip-path:inset(50%);white-space:nowrap;border-width:0',
  'flex-row': 'flex-direction:row',
  'flex-row-reverse': 'flex-direction:row-reverse',
  'flex-col': 'flex-direction:column',
  'flex-col-reverse': 'flex-direction:column-reverse',
  'flex-wrap': 'flex-wrap:wrap',
  'flex-nowrap': 'flex-wrap:nowrap',
  'flex-wrap-reverse': 'flex-wrap:wrap-reverse',
  'flex-1': 'flex:1 1 0%',
  'flex-auto': 'flex:1 1 auto',
  'flex-initial': 'flex:0 1 auto',
  'flex-none': 'flex:none',
  grow: 'flex-grow:1',
  'grow-0': 'flex-grow:0',
  'flex-grow': 'flex-grow:1',
  shrink: 'flex-shrink:1',
  'shrink-0': 'flex-shrink:0',
  'flex-shrink-0': 'flex-shrink:0',
  'text-left': 'text-align:left',
  'text-center': 'text-align:center',
  'text-right': 'text-align:right',
  'text-justify': 'text-align:justify',
  'text-start': 'text-align:start',
  'text-end': 'text-align:end',
  uppercase: 'text-transform:uppercase',
  lowercase: 'text-transform:lowercase',
  capitalize: 'text-transform:capitalize',
  'normal-case': 'text-transform:none',
  italic: 'font-style:italic',
  'not-italic': 'font-style:normal',
  underline: 'text-decoration-line:underline',
  'line-through': 'text-decoration-line:line-through',
  'no-underline': 'text-decoration-line:none',
  truncate: 'overflow:hidden;text-overflow:ellipsis;white-space:nowrap',
  'whitespace-nowrap': 'white-space:nowrap',
  'whitespace-normal': 'white-space:normal',
  'whitespace-pre': 'white-space:pre',
  'whitespace-pre-wrap': 'white-space:pre-wrap',
  'break-words': 'overflow-wrap:break-word',
  'break-all': 'word-break:break-all',
  'font-sans': 'font-family:ui-sans-serif,system-ui,sans-serif',
  'font-serif': 'font-family:ui-serif,Georgia,serif',
  'font-mono': 'font-family:ui-monospace,Menlo,monospace',
  border: 'border-width:1px',
  rounded: 'border-radius:.25rem',
  'rounded-none': 'border-radius:0',
  'rounded-sm': 'border-radius:.125rem',
  'rounded-md': 'border-radius:.375rem',
  'rounded-lg': 'border-radius:.5rem',
  'rounded-xl': 'border-radius:.75rem',
  'rounded-2xl': 'border-radius:1rem',
  'rounded-3xl': 'border-radius:1.5rem',
  'rounded-full': 'border-radius:9999px',
  'border-solid': 'border-style:solid',
  'border-dashed': 'border-style:dashed',
  'border-dotted': 'border-style:dotted',
  'border-none': 'border-style:none',
  shadow: 'box-shadow:0 1px 3px 0 rgb(0 0 0/.1),0 1px 2px -1px rgb(0 0 0/.1)',
  'shadow-sm': 'box-shadow:0 1px 2px 0 rgb(0 0 0/.05)',
  'shadow-md': 'box-shadow:0 4px 6px -1px rgb(0 0 0/.1),0 2px 4px -2px rgb(0 0 0/.1)',
  'shadow-lg': 'box-shadow:0 10px 15px -3px rgb(0 0 0/.1),0 4px 6px -4px rgb(0 0 0/.1)',
  'shadow-xl': 'box-shadow:0 20px 25px -5px rgb(0 0 0/.1),0 8px 10px -6px rgb(0 0 0/.1)',
  'shadow-2xl': 'box-shadow:0 25px 50px -12px rgb(0 0 0/.25)',
  'shadow-inner': 'box-shadow:inset 0 2px 4px 0 rgb(0 0 0/.05)',
  'shadow-none': 'box-shadow:none',
  'cursor-pointer': 'cursor:pointer',
  'cursor-default': 'cursor:default',
  'cursor-not-allowed': 'cursor:not-allowed',
  'cursor-move': 'cursor:move',
  'cursor-wait': 'cursor:wait',
  'select-none': 'user-select:none',
  'pointer-events-none': 'pointer-events:none',
  'object-contain': 'object-fit:contain',
  'object-cover': 'object-fit:cover',
  'object-fill': 'object-fit:fill',
  'object-none': 'object-fit:none',
  'object-scale-down': 'object-fit:scale-down',
  transition: 'transition:color .15s,background-color .15s,border-color .15s,opacity .15s,box-shadow .15s,transform .15s',
  'transition-all': 'transition:all .15s',
  'transition-colors': 'transition:color .15s,background-color .15s,border-color .15s',
  'mx-auto': 'margin-left:auto;margin-right:auto',
  'm-auto': 'margin:auto',
  'ml-auto': 'margin-left:auto',
  'mr-auto': 'margin-right:auto',
  'my-auto': 'margin-top:auto;margin-bottom:auto',
  'box-border': 'box-sizing:border-box',
  'box-content': 'box-sizing:content-box',
  'leading-none': 'line-height:1',
  'leading-tight': 'line-height:1.25',
  'leading-snug': 'line-height:1.375',
  'leading-normal': 'line-height:1.5',
  'leading-relaxed': 'line-height:1.625',
  'leading-loose': 'line-height:2',
  'tracking-tight': 'letter-spacing:-.025em',
  'tracking-normal': 'letter-spacing:0',
  'tracking-wide': 'letter-spacing:.025em',
  'tracking-wider': 'letter-spacing:.05em',
  'tracking-widest': 'letter-spacing:.1em',
});

const weights: Readonly<Record<string, number>> = table({
  thin: 100,
  extralight: 200,
  light: 300,
  normal: 400,
  medium: 500,
  semibold: 600,
  bold: 700,
  extrabold: 800,
  black: 900,
});
const sizes: Readonly<Record<string, string>> = table({
  xs: '.75rem/1rem',
  sm: '.875rem/1.25rem',
  base: '1rem/1.5rem',
  lg: '1.125rem/1.75rem',
  xl: '1.25rem/1.75rem',
  '2xl': '1.5rem/2rem',
  '3xl': '1.875rem/2.25rem',
  '4xl': '2.25rem/2.5rem',
  '5xl': '3rem/1',
  '6xl': '3.75rem/1',
  '7xl': '4.5rem/1',
  '8xl': '6rem/1',
  '9xl': '8rem/1',
});
const widths: Readonly<Record<string, string>> = table({
  xs: '20rem',
  sm: '24rem',
  md: '28rem',
  lg: '32rem',
  xl: '36rem',
  '2xl': '42rem',
  '3xl': '48rem',
  '4xl': '56rem',
  '5xl': '64rem',
  '6xl': '72rem',
  '7xl': '80rem',
  prose: '65ch',
});
const aligns: Readonly<Record<string, string>> = table({
  start: 'flex-start',
  end: 'flex-end',
  center: 'center',
  between: 'space-between',
  around: 'space-around',
  evenly: 'space-evenly',
  stretch: 'stretch',
  baseline: 'baseline',
  auto: 'auto',
  normal: 'normal',
});
const sides: Readonly<Record<string, readonly string[]>> = table({
  '': [''],
  x: ['-left', '-right'],
  y: ['-top', '-bottom'],
  t: ['-top'],
  r: ['-right'],
  b: ['-bottom'],
  l: ['-left'],
});
const screens: Readonly<Record<string, string>> = table({
  sm: '640px',
  md: '768px',
  lg: '1024px',
  xl: '1280px',
  '2xl': '1536px',
});
const pseudo: Readonly<Record<string, string>> = table({
  hover: ':hover',
  focus: ':focus',
  active: ':active',
  disabled: ':is(:disabled,[disabled])',
  first: ':first-child',
  last: ':last-child',
  odd: ':nth-child(odd)',
  even: ':nth-child(even)',
  'focus-within': ':focus-within',
  'focus-visible': ':focus-visible',
});

function length(text: string, axis: 'w' | 'h' = 'w'): string | undefined {
  if (text === 'px') return '1px';
  if (text === 'full') return '100%';
  if (text === 'screen') return axis === 'w' ? '100vw' : '100vh';
  if (text === 'auto') return 'auto';
  if (text === 'min' || text === 'max' || text === 'fit') return `${text}-content`;
  if (text === 'none') return 'none';
  const share = /^(\d+)\/(\d+)$/.exec(text);
  if (share && Number(share[2]) > 0) return `${Math.round((Number(share[1]) / Number(share[2])) * 1e6) / 1e4}%`;
  const free = /^\[((?:calc\([\w.%()+*\s-]+\))|[\w.%-]+)\]$/.exec(text);
  if (free) return free[1]?.replace(/_/g, ' ');
  return /^\d+(\.5)?$/.test(text) ? `${Number(text) / 4}rem` : undefined;
}

type Maker = (rest: string, negative: boolean) => string | null | undefined;
const each =
  (property: string, side: string) =>
  (rest: string, negative: boolean): string | undefined => {
    const value = length(rest);
    return value && sides[side]?.map((part) => `${property}${part}:${negative ? `-${value}` : value}`).join(';');
  };
const one =
  (property: string, axis: 'w' | 'h' = 'w'): Maker =>
  (rest, negative) => {
    const value = length(rest, axis);
    return value && `${property}:${negative ? `-${value}` : value}`;
  };
const number =
  (property: string, scale = 1, suffix = ''): Maker =>
  (rest) =>
    /^\d+$/.test(rest) ? `${property}:${Number(rest) / scale}${suffix}` : undefined;
const align =
  (property: string): Maker =>
  (rest) =>
    aligns[rest] ? `${property}:${aligns[rest]}` : undefined;

const makers: Readonly<Record<string, Maker>> = table({
  ...Object.fromEntries(
    Object.keys(sides).flatMap((side) => [
      [`p${side}`, each('padding', side)],
      [`m${side}`, each('margin', side)],
    ]),
  ),
  w: one('width'),
  h: one('height', 'h'),
  'min-w': one('min-width'),
  'min-h': one('min-height', 'h'),
  'max-h': one('max-height', 'h'),
  'max-w': (rest) => (widths[rest] ? `max-width:${widths[rest]}` : one('max-width')(rest, false)),
  size: (rest) => {
    const v = length(rest);
    return v && `width:${v};height:${v}`;
  },
  gap: one('gap'),
  'gap-x': one('column-gap'),
  'gap-y': one('row-gap'),
  basis: one('flex-basis'),
  top: one('top', 'h'),
  right: one('right'),
  bottom: one('bottom', 'h'),
  left: one('left'),
  inset: one('inset'),
  'inset-x': (rest) => {
    const v = length(rest);
    return v && `left:${v};right:${v}`;
  },
  'inset-y': (rest) => {
    const v = length(rest);
    return v && `top:${v};bottom:${v}`;
  },
  items: align('align-items'),
  justify: align('justify-content'),
  content: align('align-content'),
  self: align('align-self'),
  'justify-items': align('justify-items'),
  'justify-self': align('justify-self'),
  'grid-cols': (rest) => (/^\d+$/.test(rest) ? `grid-template-columns:repeat(${rest},minmax(0,1fr))` : undefined),
  'grid-rows': (rest) => (/^\d+$/.test(rest) ? `grid-template-rows:repeat(${rest},minmax(0,1fr))` : undefined),
  'col-span': (rest) =>
    rest === 'full' ? 'grid-column:1/-1' : /^\d+$/.test(rest) ? `grid-column:span ${rest}/span ${rest}` : undefined,
  'row-span': (rest) =>
    rest === 'full' ? 'grid-row:1/-1' : /^\d+$/.test(rest) ? `grid-row:span ${rest}/span ${rest}` : undefined,
  z: (rest) => (rest === 'auto' ? 'z-index:auto' : number('z-index')(rest, false)),
  order: number('order'),
  opacity: number('opacity', 100),
  duration: number('transition-duration', 1, 'ms'),
  leading: one('line-height'),
  overflow: (rest) => (/^(auto|hidden|visible|scroll|clip)$/.test(rest) ? `overflow:${rest}` : undefined),
  'overflow-x': (rest) => `overflow-x:${rest}`,
  'overflow-y': (rest) => `overflow-y:${rest}`,
  font: (rest) => (weights[rest] ? `font-weight:${weights[rest]}` : undefined),
  text: (rest) => {
    const [size, height] = (sizes[rest] ?? '').split('/');
    if (size) return `font-size:${size};line-height:${height}`;
    const value = colour(rest);
    return value ? `color:${value}` : /^\[[\d.]+(px|rem|em|%)\]$/.test(rest) ? `font-size:${rest.slice(1, -1)}` : undefined;
  },
  bg: (rest) => {
    const value = rest === 'white' ? 'var(--q-white, #fff)' : colour(rest);
    return value && `background-color:${value}`;
  },
  fill: (rest) => {
    const value = colour(rest);
    return value && `fill:${value}`;
  },
  ring: (rest) => (rest === '' ? 'box-shadow:0 0 0 3px rgb(59 130 246/.5)' : undefined),
  border: (rest) => {
    const value = colour(rest);
    if (value) return `border-color:${value}`;
    const match = /^([xytrbl]?)-?(\d*)$/.exec(rest);
    return match && sides[match[1] ?? '']?.map((part) => `border${part}-width:${match[2] || 1}px`).join(';');
  },
});

/** The rule of one theme class; undefined when the name is none of the theme. */
export function themeRule(name: string): string | undefined {
  const parts = name.split(':');
  const base = parts.pop() ?? '';
  const important = base.startsWith('!');
  const text = declarations(important ? base.slice(1) : base);
  if (text === undefined) return undefined;
  let states = '';
  let media = '';
  for (const variant of parts) {
    if (pseudo[variant]) states += pseudo[variant];
    else if (screens[variant]) media = `@media (min-width:${screens[variant]})`;
    else if (variant === 'dark') media = '@media (prefers-color-scheme:dark)';
    else return undefined;
  }
  const selector = name.replace(/[^\w-]/g, (c) => `\\${c}`).replace(/^(\d)/, '\\3$1 ');
  const rule = `.${selector}${states}{${important ? text.replace(/(;|$)/g, ' !important$1') : text}}`;
  return media === '' ? rule : `${media}{${rule}}`;
}

function declarations(name: string): string | undefined {
  const known = fixed[name];
  if (known !== undefined) return known;
  const negative = name.startsWith('-');
  const text = negative ? name.slice(1) : name;
  for (let at = text.lastIndexOf('-'); at > 0; at = text.lastIndexOf('-', at - 1)) {
    const maker = makers[text.slice(0, at)];
    const made = maker?.(text.slice(at + 1), negative);
    if (made) return made;
  }
  return undefined;
}
