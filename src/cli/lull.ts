/** A moment in which nothing is under way, for whoever waits for one. */

export interface Lull {
  /**
   * Waits for the next such moment; it is seized as it comes, before anything else can begin.
   *
   * @param wanted aborted where it is waited for no longer
   * @returns whether it came
   */
  seized(wanted: AbortSignal): Promise<boolean>
  /** What is under way has come further: it may be that moment. */
  look(): void
}

/** @param seize makes sure that nothing new begins; called at that moment, once for each who waited */
export function createLull(isBusy: () => boolean, seize: () => void): Lull {
  const waiting = new Set<() => void>()
  return {
    seized(wanted) {
      return new Promise(resolve => {
        function look(): void {
          const isOver = !isBusy()
          if (!isOver && !wanted.aborted) return
          waiting.delete(look)
          wanted.removeEventListener('abort', look)
          if (isOver) seize()
          resolve(isOver)
        }
        waiting.add(look)
        wanted.addEventListener('abort', look)
        look()
      })
    },
    look() {
      for (const one of waiting) one()
    },
  }
}
