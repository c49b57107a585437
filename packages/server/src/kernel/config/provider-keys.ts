import type { Environment } from './references.ts'

/** A provider of models whose users keep their key in the environment under this name. */
interface KnownProvider {
  readonly provider: string
  /** What its target is called. */
  readonly name: string
  readonly dialect: 'openai' | 'anthropic'
  readonly url: string
  /** Patterns of the names of its models. */
  readonly models: readonly string[]
}

/** By the name that their own programs look for. */
export const PROVIDER_KEYS = {
  OPENAI_API_KEY: {
    provider: 'OpenAI',
    name: 'openai',
    dialect: 'openai',
    url: 'https://api.openai.com/v1',
    models: ['gpt-*', 'o*'],
  },
  ANTHROPIC_API_KEY: {
    provider: 'Anthropic',
    name: 'anthropic',
    dialect: 'anthropic',
    url: 'https://api.anthropic.com/v1',
    models: ['claude-*'],
  },
  DEEPSEEK_API_KEY: {
    provider: 'DeepSeek',
    name: 'deepseek',
    dialect: 'openai',
    url: 'https://api.deepseek.com/v1',
    models: ['deepseek-*'],
  },
  DASHSCOPE_API_KEY: {
    provider: 'Alibaba Cloud Model Studio',
    name: 'dashscope',
    dialect: 'openai',
    url: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
    models: ['qwen*'],
  },
  MOONSHOT_API_KEY: {
    provider: 'Moonshot AI',
    name: 'moonshot',
    dialect: 'openai',
    url: 'https://api.moonshot.cn/v1',
    models: ['kimi-*', 'moonshot-*'],
  },
  MISTRAL_API_KEY: {
    provider: 'Mistral AI',
    name: 'mistral',
    dialect: 'openai',
    url: 'https://api.mistral.ai/v1',
    models: ['mistral-*', 'codestral-*'],
  },
} as const satisfies Readonly<Record<string, KnownProvider>>
export type ProviderKey = keyof typeof PROVIDER_KEYS

// The table is closed, so its keys are exactly these; Object.keys only says string.
const NAMES = Object.keys(PROVIDER_KEYS) as readonly ProviderKey[]

/** The names of those that hold something. */
export const providerKeysIn = (env: Environment): readonly ProviderKey[] =>
  NAMES.filter((name) => (env[name] ?? '').trim() !== '')
