import { loadConfig } from '../../packages/server/src/kernel/config/config.ts'
import type { ConnectionSetting } from '../../packages/server/src/kernel/config/connection-keys.ts'
import { createDialler } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import type { HostileProvider } from './hostile-provider.ts'
import { CLIENT, token } from './hostile-provider.ts'
import type { Ground, Replica } from './identity-house.ts'

/** As somebody would write it in the configuration. */
export function connection(issuer: string, wish: object = {}): ConnectionSetting {
  const entry = {
    id: 'hq',
    name: 'Head office',
    issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    create: true,
    ...wish,
  }
  const text = JSON.stringify({ identity: { connections: [entry] } })
  const [setting] = loadConfig({ file: 'f.yaml', cwd: '/', text, env: {} }).config.identity.connections
  if (setting === undefined) throw new Error('no connection')
  return setting
}

/** A house whose connections can be changed under it. */
export interface FederatedHouse {
  readonly replica: Replica
  readonly provider: HostileProvider
  settings: readonly ConnectionSetting[]
  /** What was counted, newest last: `hq entered`. */
  readonly heard: string[]
}

export async function openFederated(ground: Ground, provider: HostileProvider): Promise<FederatedHouse> {
  const heard: string[] = []
  const house = { provider, heard, settings: [connection(provider.issuer)] as readonly ConnectionSetting[] }
  const replica = await ground.open({
    federation: {
      connections: () => house.settings,
      dialler: createDialler(),
      arrived: (id, outcome) => heard.push(`${id} ${outcome}`),
    },
  })
  return Object.assign(house, { replica })
}

/** Somebody whose browser has been sent to the provider. */
export interface Traveller {
  readonly location: URL
  readonly nonce: string
  /** What the browser brings back with it. */
  cookie: string
  /** What the provider sends it back with. */
  query: Record<string, string>
  address: string
  connection: string
}

let travellers = 0
/** Every one from a network of its own, so that the count of tries is not what refuses. */
const newAddress = (): string => `10.${(travellers >> 8) & 255}.${travellers++ & 255}.1`

export async function depart(house: FederatedHouse, id = 'hq'): Promise<Traveller> {
  const address = newAddress()
  const visit = { headers: {}, method: 'GET', address }
  const { location, cookie } = await house.replica.identity.federation.start(id, undefined, visit)
  const url = new URL(location)
  const of = (name: string): string => url.searchParams.get(name) ?? ''
  return {
    location: url,
    nonce: of('nonce'),
    cookie: cookie.split(';')[0] ?? '',
    query: { code: 'a-code', state: of('state'), iss: house.provider.issuer },
    address,
    connection: id,
  }
}

export function arriveBack(house: FederatedHouse, traveller: Traveller) {
  const visit = { headers: { cookie: traveller.cookie }, method: 'GET', address: traveller.address }
  return house.replica.identity.enterFederated(traveller.connection, traveller.query, visit)
}

export const nowS = (): number => Math.floor(Date.now() / 1000)

/** Claims of a token that would be taken. */
export const goodClaims = (house: FederatedHouse, nonce: string): Record<string, unknown> => ({
  iss: house.provider.issuer,
  aud: CLIENT.id,
  sub: 'anna',
  nonce,
  iat: nowS(),
  exp: nowS() + 300,
  preferred_username: 'Anna',
})

export const tokenBody = (idToken: unknown): Record<string, unknown> => ({
  access_token: 'at',
  token_type: 'Bearer',
  expires_in: 300,
  id_token: idToken,
})

/** The whole way, with the claims changed. */
export async function signIn(house: FederatedHouse, claims: object = {}, header: object = {}) {
  const traveller = await depart(house)
  house.provider.speech.token = {
    body: tokenBody(
      token({ alg: 'RS256', kid: 'rsa', ...header }, { ...goodClaims(house, traveller.nonce), ...claims }),
    ),
  }
  return arriveBack(house, traveller)
}

/** The code of a refusal; a bug flies on. */
export async function refusal(work: Promise<unknown>): Promise<string | null> {
  try {
    await work
    return null
  } catch (error) {
    if (error instanceof Fault) return error.code
    throw error
  }
}
