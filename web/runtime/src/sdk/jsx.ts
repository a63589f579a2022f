// `react/jsx-runtime` as packages of custom components import it.
import * as runtime from 'react/jsx-runtime';

export const { Fragment, jsx, jsxs } = runtime;
