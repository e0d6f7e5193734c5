/**
 * Patterns that are made when they are first asked for. Node reads each literal pattern of a file it loads, and again when
 * it is run; those with classes of Unicode, which are large, are a tenth of a start, and most text never needs them.
 */

/** @param source as between the slashes of a literal; `String.raw` spares the doubled backslashes */
export function late(source: string, flags: string): () => RegExp {
  let made: RegExp | undefined
  return () => {
    made ??= new RegExp(source, flags)
    return made
  }
}
