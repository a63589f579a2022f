/** An action that cannot be done: the rest of its chain does not run. */
export class ActionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ActionError';
  }
}
