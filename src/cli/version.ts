/** Which Earshot this is: the build writes the number in, a run from source says so. */
declare const EARSHOT_VERSION: string | undefined

export const version = typeof EARSHOT_VERSION === 'string' ? EARSHOT_VERSION : 'from source'
