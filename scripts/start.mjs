/** `npm start`: makes the checkout ready, then runs Earshot in this very process with the arguments given. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setup, top } from './setup.mjs'

await setup()
const entry = join(top, 'dist', 'earshot.js')
process.argv[1] = entry
await import(pathToFileURL(entry).href)
