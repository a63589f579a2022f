// What the runtime wants of the browser, so that tests can stand in for it.

export interface Browser {
  open(address: string, newTab: boolean): void;
  reload(): void;
  location(): URL;
  languages(): readonly string[];
  setTitle(title: string): void;
  setLanguage(locale: string, rtl: boolean): void;
  remember(key: string, value: string): void;
  recall(key: string): string;
  /** Tells when the tab has been hidden for half a minute, and when it is shown again. */
  onHidden(listener: (hidden: boolean) => void): void;
  /** Tells once that the user has typed or chosen something in the page. */
  onTyping(listener: () => void): void;
}

/** Addresses that may be opened: never script. */
export function safeAddress(address: string): string {
  const text = address.trim();
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text.replace(/[\u0000-\u0020]/g, ''))?.[1]?.toLowerCase();
  return scheme === undefined || ['http', 'https', 'mailto', 'tel', 'blob', 'sms'].includes(scheme) ? text : 'about:blank';
}

/** Addresses that may be shown as a picture: those that may be opened, and data of pictures. */
export function pictureAddress(address: string): string {
  return /^data:image\//i.test(address.trim()) ? address.trim() : address === '' ? '' : safeAddress(address);
}

/** `/$shared/…/file.ext` is downloaded rather than shown. */
export function isSharedFile(address: string): boolean {
  return /^\/\$shared\/[^?#]*\.[^./?#]+([?#]|$)/i.test(address.trim());
}

/** How long a request that fails while the page is being left waits before it counts as failed. */
const leaveTime = 4000;

/**
 * `fetch` of a page: what the browser breaks off because another page is opened is no news for the user. When the page
 * stays after all (a download, another program's address), the failure is told a moment later.
 */
export function fetchOf(page: Pick<Window, 'addEventListener' | 'fetch' | 'setTimeout'>): typeof fetch {
  let left = -Infinity;
  const leave = (): void => {
    left = Date.now();
  };
  page.addEventListener('beforeunload', leave);
  page.addEventListener('pagehide', leave);
  return async (input, init) => {
    try {
      return await page.fetch(input, init);
    } catch (error) {
      if (Date.now() - left < leaveTime) await new Promise((resolve) => page.setTimeout(resolve, leaveTime));
      throw error;
    }
  };
}

export const realBrowser: Browser = {
  open(address, newTab) {
    const safe = safeAddress(address);
    if (isSharedFile(safe) && !/\.html?([?#]|$)/i.test(safe)) {
      const link = document.createElement('a');
      link.href = safe;
      link.download = decodeURIComponent(safe.split(/[?#]/)[0]?.split('/').pop() ?? '');
      link.click();
    } else if (newTab) window.open(safe, '_blank', 'noopener');
    else window.location.assign(safe);
  },
  reload() {
    window.location.reload();
  },
  location() {
    return new URL(window.location.href);
  },
  languages() {
    return navigator.languages;
  },
  setTitle(title) {
    document.title = title;
  },
  setLanguage(locale, rtl) {
    document.documentElement.lang = locale;
    document.documentElement.dir = rtl ? 'rtl' : 'ltr';
  },
  remember(key, value) {
    try {
      sessionStorage.setItem(key, value);
    } catch {
      /* storage is switched off */
    }
  },
  onHidden(listener) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    document.addEventListener('visibilitychange', () => {
      clearTimeout(timer);
      if (document.hidden)
        timer = setTimeout(() => {
          listener(true);
        }, 30_000);
      else listener(false);
    });
  },
  onTyping(listener) {
    document.addEventListener('input', listener, { once: true, capture: true });
  },
  recall(key) {
    try {
      return sessionStorage.getItem(key) ?? '';
    } catch {
      return '';
    }
  },
};
