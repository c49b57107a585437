import MailComposer from 'nodemailer/lib/mail-composer'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { Fault } from '../../kernel/fault.ts'
import type { Way } from './connectors.ts'
import type { MailMessage } from './mail-message.ts'
import { mailMessage } from './mail-message.ts'

const GREETING_MS = 10_000
const IDLE_MS = 30_000

/**
 * Hands one letter to the server (RFC 5321), over STARTTLS where the way says so: all recipients or none.
 * @throws Fault `invalid`, `skill_failed` where the server refuses, `upstream_down`, `timed_out`
 */
export async function sendMail(
  way: Way,
  written: MailMessage,
  signal: AbortSignal,
): Promise<{ readonly accepted: readonly string[] }> {
  const read = mailMessage.safeParse(written)
  if (!read.success) {
    const { path, message } = read.error.issues[0] ?? { path: [], message: 'unreadable' }
    throw new Fault('invalid', message, { param: path.join('.') })
  }
  const { from, to, cc, replyTo, subject, text } = read.data
  const bytes = await new MailComposer({
    from,
    to,
    cc,
    replyTo,
    subject,
    text,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build()
  const connection = new SMTPConnection({
    host: way.url.hostname,
    port: Number(way.url.port),
    connection: await way.line.connect(),
    requireTLS: way.tls,
    ignoreTLS: !way.tls,
    name: 'freehold',
    greetingTimeout: GREETING_MS,
    socketTimeout: IDLE_MS,
  })
  const stop = (): void => connection.close()
  signal.addEventListener('abort', stop, { once: true })
  try {
    signal.throwIfAborted()
    await step(connection, signal, (done) => connection.connect(done))
    const { login } = way
    if (login)
      await step(connection, signal, (done) =>
        connection.login({ user: login.user, pass: login.password }, done),
      )
    const recipients = [...to, ...cc]
    const sent = await step<{ rejected?: readonly string[] }>(connection, signal, (done) =>
      connection.send({ from, to: recipients }, bytes, done),
    )
    if (sent?.rejected?.length)
      throw new Fault(
        'skill_failed',
        `The mail server took the letter, but not for ${sent.rejected.join(', ')}.`,
      )
    return { accepted: recipients }
  } catch (error) {
    throw mailFault(error, way.url.host, signal)
  } finally {
    signal.removeEventListener('abort', stop)
    connection.quit()
    connection.close()
  }
}

type Done<T> = (error?: Error | null, value?: T) => void

/** One step of the conversation; a connection that breaks ends it too. */
function step<T>(
  connection: SMTPConnection,
  signal: AbortSignal,
  begin: (done: Done<T>) => void,
): Promise<T | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<T | undefined>()
  const broken = (error?: Error): void => reject(error ?? new Error('the connection ended'))
  connection.once('error', broken)
  connection.once('end', broken)
  signal.addEventListener('abort', () => broken(), { once: true })
  begin((error, value) => (error ? reject(error) : resolve(value)))
  return promise.finally(() => {
    connection.off('error', broken)
    connection.off('end', broken)
  })
}

function mailFault(error: unknown, host: string, signal: AbortSignal): unknown {
  if (error instanceof Fault) return error
  if (signal.aborted)
    return new Fault('timed_out', 'Sending was ended; whether the letter left is not known.', {
      cause: error,
    })
  const { responseCode, code = 'failed' } = Object(error) as { responseCode?: number; code?: string }
  if (responseCode !== undefined)
    return new Fault('skill_failed', `The mail server refused (${responseCode}).`, { cause: error })
  return new Fault('upstream_down', `${host} could not be reached (${code}).`, { cause: error })
}
