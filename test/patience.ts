/** How long a test waits for what must come. */

/** Whatever comes ends the wait: only a fault is ever so late, and a machine however busy is not. */
export const patienceMs = 60_000
