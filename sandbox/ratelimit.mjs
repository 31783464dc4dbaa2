// Requests per token and window. The API documents the headers but no numbers.

const WINDOW_MS = 60_000;
const GENEROUS = 100_000;

export class RateLimit {
  #windows = new Map();
  #now;

  constructor(now) {
    this.#now = now;
    this.limit = GENEROUS;
  }

  /** A changed limit starts new windows: "from now on N requests". */
  setLimit(limit) {
    this.limit = limit;
    this.#windows.clear();
  }

  /** @returns {{headers: object, exceeded: boolean}} */
  count(token) {
    const now = this.#now();
    let window = this.#windows.get(token);
    if (!window || window.ends <= now) {
      window = { used: 0, ends: now + WINDOW_MS };
      this.#windows.set(token, window);
    }
    window.used += 1;
    return {
      exceeded: window.used > this.limit,
      headers: {
        'X-RateLimit-Limit': this.limit,
        'X-RateLimit-Remaining': Math.max(0, this.limit - window.used),
        'X-RateLimit-Reset': Math.ceil((window.ends - now) / 1000),
      },
    };
  }
}
