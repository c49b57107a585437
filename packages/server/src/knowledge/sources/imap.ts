import type { SourceOrigin } from '@freehold/contract/sources.ts'
import { Fault } from '../../kernel/fault.ts'
import { ImapClient, mailboxName } from './imap-client.ts'
import type { Changes, Source } from './source.ts'
import type { WayOut } from './way-out.ts'

type ImapOrigin = Extract<SourceOrigin, { kind: 'imap' }>

/** Messages of one mailbox, which is only looked at: nothing is marked as read. */
export function imapSource(from: ImapOrigin, way: WayOut, maxFileBytes: number): Source {
  let client: ImapClient | null = null
  return {
    async *changes(): Changes {
      client = await signedIn(from, way, maxFileBytes)
      yield* messages(client, from)
      return { cursor: null, isWhole: true }
    },
    async close() {
      client?.close()
      await way.close()
    },
  }
}

async function signedIn(from: ImapOrigin, way: WayOut, mostLiteral: number): Promise<ImapClient> {
  // The dialler knows TLS by the scheme; nothing of HTTP is sent.
  const url = new URL(`${from.tls ? 'https' : 'http'}://${from.host.replace(/:\d+$/, '')}:${from.port}`)
  const client = new ImapClient(await way.connect(url), { mostLiteral, host: from.host })
  await client.greeting()
  await client.command(['LOGIN', { literal: from.user }, { literal: from.secret }])
  return client
}

async function* messages(client: ImapClient, { mailbox }: ImapOrigin): Changes {
  let validity = ''
  let exists = 0
  await client.command(['EXAMINE', mailboxName(mailbox)], ({ text }) => {
    validity = /\[UIDVALIDITY (\d+)\]/i.exec(text)?.[1] ?? validity
    exists = Number(/^\* (\d+) EXISTS\b/i.exec(text)?.[1] ?? exists)
  })
  if (validity === '')
    throw new Fault('upstream_broke', 'The mail server does not number its messages for good (UIDVALIDITY).')
  const sizes = new Map<string, number>()
  if (exists > 0)
    await client.command(['UID', 'FETCH', '1:*', '(UID RFC822.SIZE)'], ({ text }) => {
      const uid = /\bUID (\d+)/i.exec(text)?.[1]
      const size = /\bRFC822\.SIZE (\d+)/i.exec(text)?.[1]
      if (/^\* \d+ FETCH\b/i.test(text) && uid !== undefined) sizes.set(uid, Number(size ?? 0))
    })
  for (const [uid, sizeBytes] of sizes)
    yield {
      change: 'found',
      // A mailbox that was made anew numbers anew, and says so by its validity.
      id: `${validity}/${uid}`,
      // A message never changes.
      version: '1',
      title: `${uid}.eml`,
      sizeBytes,
      read: async () => ({ fileName: `${uid}.eml`, bytes: await messageOf(client, uid) }),
    }
  return { cursor: null, isWhole: true }
}

async function messageOf(client: ImapClient, uid: string): Promise<Buffer> {
  let found: Buffer | null = null
  await client.command(['UID', 'FETCH', uid, '(UID BODY.PEEK[])'], ({ text, literals }) => {
    if (/^\* \d+ FETCH\b/i.test(text) && new RegExp(String.raw`\bUID ${uid}\b`).test(text))
      found = literals[0] ?? found
  })
  if (found === null) throw new Fault('unreadable_document', 'The message is not there any more.')
  return found
}
