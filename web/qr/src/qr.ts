import { encode } from 'uqr';

const namespace = 'http://www.w3.org/2000/svg';
// Blank modules that readers need around a code.
const border = 4;

/** One path of unit squares, a run of dark modules in a row each. */
export function pathOf(modules: readonly (readonly boolean[])[]): string {
  let path = '';
  modules.forEach((row, y) => {
    for (let x = 0; x < row.length; ++x) {
      if (!row[x]) continue;
      const start = x;
      while (row[x + 1]) ++x;
      path += `M${start} ${y}h${x - start + 1}v1h${start - x - 1}z`;
    }
  });
  return path;
}

/** The code of `text` as a picture: black on white in every theme, as cameras want it. */
export function qrPicture(text: string, label: string): SVGSVGElement {
  const { data } = encode(text, { ecc: 'M', border });
  const size = data.length;
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', `0 0 ${size} ${size}`);
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', label);
  svg.setAttribute('shape-rendering', 'crispEdges');
  const ground = document.createElementNS(namespace, 'rect');
  ground.setAttribute('width', String(size));
  ground.setAttribute('height', String(size));
  ground.setAttribute('fill', '#fff');
  const dark = document.createElementNS(namespace, 'path');
  dark.setAttribute('d', pathOf(data));
  dark.setAttribute('fill', '#000');
  svg.append(ground, dark);
  return svg;
}
