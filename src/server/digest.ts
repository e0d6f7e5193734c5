/** The one-way hash by which devices and their secrets are known where they must not be told. */
import { createHash } from 'node:crypto'

export const digest = (secret: string): string => createHash('sha256').update(secret).digest('base64url')
