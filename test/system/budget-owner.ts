import type { GatewayHouse } from './gateway-house.ts'

/** A person who has claimed a house and is signed in. */
export interface Owner {
  /** Of a call that changes something. */
  readonly headers: Readonly<Record<string, string>>
  /** A key that the person makes. */
  key(): Promise<string>
}

export async function owner(house: GatewayHouse, name: string): Promise<Owner> {
  const token = new URL(house.claimUrl ?? '').hash.slice('#claim='.length)
  const entered = await fetch(`${house.url}/api/claim`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, name, password: 'correct horse battery' }),
  })
  if (!entered.ok) throw new Error(await entered.text())
  const { csrf }: { csrf: string } = JSON.parse(await entered.text())
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? ''
  const headers = { cookie, 'x-csrf-token': csrf }
  return {
    headers,
    async key() {
      const made = await fetch(`${house.url}/api/keys`, {
        method: 'POST',
        headers: { cookie, 'x-csrf-token': csrf, 'content-type': 'application/json' },
        body: JSON.stringify({}),
      })
      const { key }: { key: string } = JSON.parse(await made.text())
      return key
    },
  }
}
