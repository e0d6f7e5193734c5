/** What was typed where nothing reads single keys: F1 or an arrow there is an escape sequence in the middle of a line. */

/** ECMA-48 control sequences, the function keys of VT100 (SS3), and an Escape by itself. */
const keys = /\u001b(?:\[[0-?]*[ -/]*[@-~]|O[ -~])?/g

/** The line without the keys that mean nothing here; nobody wants them said. */
export const withoutKeys = (line: string): string => line.replace(keys, '')
