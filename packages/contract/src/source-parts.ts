import { z } from 'zod'

/** Credentials stand in fields of their own, so that no address ever holds one. */
export const httpUrl = z
  .string()
  .max(2048)
  .refine((text) => {
    const url = URL.parse(text)
    return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
  }, 'must be an http or https address without user and password')

export const secretText = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\p{Cc}]+$/u, 'must not contain control characters')

export const shortText = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\p{Cc}]+$/u, 'must not contain control characters')

/** Basic authentication, where the other side wants any. */
export const signedIn = { user: shortText.optional(), secret: secretText.optional() }
