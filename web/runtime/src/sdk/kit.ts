// `@qodly/sdk` as packages of custom components import it.
import type { Json } from '@qodly/sdk';
import { formatValue as format } from '../format/format';

export { definePackage } from '@qodly/sdk';

export function formatValue(value: Json | undefined, pattern: string): string {
  return format(value, pattern, '', document.documentElement.lang || 'en');
}
