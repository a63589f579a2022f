// Style sheets of the tab, made through the CSS object model: works under a strict content security policy.
import type { StyleDef } from '../model/page';
import { needIcons } from './icons';
import { classSelector, translateSelf } from './self';
import { themeRule } from './theme';

/** Order of priority, low to high. A local class that has the name of a shared one gives way to it. */
const order = '@layer q-base, q-theme, q-under, q-shared, q-local;';

export class Sheets {
  private readonly theme: CSSStyleSheet;
  private readonly known = new Map<string, boolean>();
  private shared = new Set<string>();
  private readonly locals = new Map<string, { sheet: CSSStyleSheet; users: number; names: ReadonlySet<string> }>();

  constructor(private readonly root: Document) {
    this.adopt(order);
    this.theme = this.adopt('@layer q-theme{}');
  }

  private adopt(text: string): CSSStyleSheet {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    this.root.adoptedStyleSheets = [...this.root.adoptedStyleSheets, sheet];
    return sheet;
  }

  setShared(styles: readonly StyleDef[]): void {
    lookForIcons(styles);
    this.shared = new Set(styles.map((style) => style.name));
    this.adopt(styles.map((style) => `@layer q-shared{${translateSelf(style.content, classSelector(style.name))}}`).join('\n'));
  }

  /** Local classes of a page; they are named anew, so that they never reach another page. */
  addPage(page: string, styles: readonly StyleDef[]): void {
    const held = this.locals.get(page);
    if (held) {
      held.users++;
      return;
    }
    lookForIcons(styles);
    const text = styles.map(
      (style) =>
        `@layer ${this.shared.has(style.name) ? 'q-under' : 'q-local'}{${translateSelf(style.content, classSelector(localName(page, style.name)))}}`,
    );
    this.locals.set(page, { sheet: this.adopt(text.join('\n')), users: 1, names: new Set(styles.map((style) => style.name)) });
  }

  removePage(page: string): void {
    const held = this.locals.get(page);
    if (!held || --held.users > 0) return;
    this.locals.delete(page);
    this.root.adoptedStyleSheets = this.root.adoptedStyleSheets.filter((sheet) => sheet !== held.sheet);
  }

  /** `class` attribute for the names that a component of `page` carries. */
  classes(page: string, names: readonly string[]): string {
    const locals = this.locals.get(page)?.names;
    const result: string[] = [];
    for (const name of names) {
      if (name === '') continue;
      this.needTheme(name);
      result.push(name);
      if (locals?.has(name)) result.push(localName(page, name));
    }
    return result.join(' ');
  }

  private needTheme(name: string): void {
    if (this.known.has(name)) return;
    const rule = themeRule(name);
    this.known.set(name, rule !== undefined);
    if (rule !== undefined)
      try {
        this.theme.insertRule(`@layer q-theme{${rule}}`, this.theme.cssRules.length);
      } catch {
        /* a free value that is no CSS */
      }
  }
}

/** Classes that write icons as text need the font, even without an icon component. */
function lookForIcons(styles: readonly StyleDef[]): void {
  if (styles.some((style) => /font\s?awesome/i.test(style.content))) needIcons();
}

/** Class names may not hold blanks: what follows stays readable in the inspector. */
export function localName(page: string, name: string): string {
  return `${name}__${page.replace(/[^\p{L}\p{N}_-]/gu, '-')}`;
}
