import { z } from 'zod'

const address = z.email().max(254)
const line = z
  .string()
  .max(400)
  .regex(/^[^\r\n]*$/, 'one line')

/** A letter as a skill writes it. */
export const mailMessage = z.strictObject({
  /** `smtp://host:port` */
  url: z.string().max(512),
  from: address,
  to: z.array(address).min(1).max(50),
  cc: z.array(address).max(50).default([]),
  replyTo: address.optional(),
  subject: line.min(1),
  text: z.string().min(1).max(200_000),
})
export type MailMessage = z.infer<typeof mailMessage>
