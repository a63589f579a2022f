// Failed requests as one kind of error.
import { asArray, asNumber, asObject, asText, type Json } from '../base/json';
import type { Effects, ServerError } from './types';

export class RestError extends Error {
  constructor(
    /** HTTP status; 0 = the server was not reached. */
    readonly status: number,
    readonly errors: ServerError[],
    readonly body: Json,
    readonly effects?: Effects,
  ) {
    super(errors[0]?.message ?? (status === 0 ? 'The server cannot be reached' : `The server answered with status ${status}`));
    this.name = 'RestError';
  }

  get offline(): boolean {
    return this.status === 0;
  }

  has(code: number): boolean {
    return this.errors.some((error) => error.code === code);
  }

  get needsPrivilege(): boolean {
    return this.status === 401 && this.has(1557);
  }

  /** Refused because nobody is logged in, as opposed to a missing permission. */
  get needsLogin(): boolean {
    return this.status === 401 && !this.has(1557) && /logged in/i.test(this.errors.map((e) => e.message).join(' '));
  }
}

export function readErrors(body: Json): ServerError[] {
  return asArray(asObject(body)['__ERROR']).map((raw) => {
    const item = asObject(raw);
    return {
      message: asText(item['message'], 'Unknown error'),
      component: asText(item['componentSignature']),
      code: asNumber(item['errCode'], 0),
    };
  });
}
