// One line per problem in the browser's console; the page itself is never replaced.

export interface Log {
  warn(message: string): void;
  error(message: string): void;
}

export const consoleLog: Log = {
  warn: (message) => {
    console.warn(`[page] ${message}`);
  },
  error: (message) => {
    console.error(`[page] ${message}`);
  },
};

/** Keeps each message once: a broken path in a list of thousand rows is one line. */
export function once(log: Log): Log {
  const seen = new Set<string>();
  const pass =
    (kind: 'warn' | 'error') =>
    (message: string): void => {
      if (seen.size > 1000 || seen.has(message)) return;
      seen.add(message);
      log[kind](message);
    };
  return {
    warn: pass('warn'),
    error: (message) => {
      log.error(message);
    },
  };
}
