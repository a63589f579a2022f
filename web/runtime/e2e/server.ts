// A qodly server over a project folder, for the time of a test.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const here = new URL('.', import.meta.url).pathname;
export const program = process.env['QODLY'] ?? join(here, '../../../build/release/qodly');

export interface RunningServer {
  url: string;
  /** What the server printed to its error stream. */
  errors(): string;
  stop(): Promise<void>;
}

/** Starts a server and waits until it listens. `port` 0: any free one. */
export async function startServer(folder: string, port = 0, options: readonly string[] = []): Promise<RunningServer> {
  const child = spawn(program, ['serve', folder, '--port', String(port), ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const found = /http:\/\/[^\s/]+/.exec(printed);
      if (found && printed.includes('Ctrl+C')) resolve(found[0]);
    });
    void ended.then(() => {
      reject(new Error(`the server did not start: ${printed}${errors}`));
    });
  });
  return {
    url,
    errors: () => errors,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
