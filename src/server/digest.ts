/** The one-way hash by which devices and their secrets are known where they must not be told. */
import { hash } from 'node:crypto'

export const digest = (secret: string): string => hash('sha256', secret, 'base64url')
