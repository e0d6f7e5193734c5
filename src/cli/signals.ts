/** Signals that end a program, and the exit code that goes with each. */

const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/** Calls back at each of them, with the exit code it stands for; they no longer end the process by themselves. */
export function onSignal(told: (code: number) => void): void {
  for (const [signal, code] of Object.entries(codes)) process.on(signal, () => told(code))
}
