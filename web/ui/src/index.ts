// The shared look: tokens and controls in CSS, and the few components that every part of the product draws.
export { Banner, Toasts, type Notice } from './notices';
export { useVirtual, virtualWindow, type VirtualWindow } from './virtual';
