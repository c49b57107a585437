import type { NeighboursView, TargetInput } from '@freehold/sdk'

export type Proposal = NonNullable<NeighboursView['places'][number]['proposal']>

/** Somebody whose models are reached with a key. */
export interface Provider {
  readonly id: string
  readonly name: string
  readonly dialect: 'openai' | 'anthropic'
  /** Empty: it is to be typed. */
  readonly url: string
  readonly models: readonly string[]
}

export const PROVIDERS: readonly Provider[] = [
  {
    id: 'openai',
    name: 'OpenAI',
    dialect: 'openai',
    url: 'https://api.openai.com/v1',
    models: ['gpt-*', 'o*'],
  },
  {
    id: 'anthropic',
    name: 'Anthropic',
    dialect: 'anthropic',
    url: 'https://api.anthropic.com/v1',
    models: ['claude-*'],
  },
  { id: 'compatible', name: '', dialect: 'openai', url: '', models: [] },
]

/** What somebody typed to connect a provider. */
export interface Typed {
  readonly provider: Provider
  readonly name: string
  readonly url: string
  readonly key: string
  readonly models: string
  /** A server of one's own: then nothing is masked, and every class may go there. */
  readonly isOwn: boolean
}

/** What stands between commas or spaces. */
export const modelsIn = (text: string): readonly string[] => [
  ...new Set(text.split(/[\s,，、]+/).filter((name) => name !== '')),
]

/** A target and the rule that would use it, as typed. */
export function proposalOf({ provider, name, url, models, isOwn }: Typed): Proposal {
  const named = [...modelsIn(models)]
  return {
    target: {
      name,
      kind: 'model',
      zone: isOwn ? 'private' : 'managed',
      dialect: provider.dialect,
      url,
      models: named,
    },
    route: isOwn
      ? { when: { model: named }, to: [name] }
      : {
          when: { class: ['public', 'internal', 'confidential'], model: named },
          to: [name],
          desensitise: 'strict',
        },
  }
}

/** The target as it is put, with the key that only its owner knows. */
export const targetOf = ({ target }: Proposal, key: string): TargetInput => ({
  ...target,
  ...(key !== '' && { auth: { apiKey: key } }),
})
