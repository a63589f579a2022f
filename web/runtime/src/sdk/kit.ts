// `@qodly/sdk` as packages of custom components import it.
export { definePackage } from '@qodly/sdk';
