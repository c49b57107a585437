import { z } from 'zod'
import { DATA_CLASSES, dataClass } from './data-class.ts'
import { dialect, modelName, targetName } from './routing.ts'

/** A target as it would be put, without what only its owner knows; and the rule by which it would be used. */
const proposal = z.object({
  target: z.object({
    name: targetName,
    kind: z.literal('model'),
    zone: z.enum(['private', 'managed']),
    dialect,
    url: z.string(),
    models: z.array(modelName),
    native: z.literal('ollama').optional(),
  }),
  route: z.object({
    when: z.object({
      class: z.array(dataClass).max(DATA_CLASSES.length).optional(),
      model: z.array(modelName),
    }),
    to: z.array(targetName),
    desensitise: z.literal('strict').optional(),
  }),
})

/** What was found on this machine that answers like a model server, and which keys of providers the program was given. */
export const neighboursView = z.object({
  places: z.array(
    z.object({
      /** Of the program that is usually there. */
      program: z.enum(['ollama', 'lm-studio', 'llama.cpp', 'vllm']),
      url: z.string(),
      /** `empty`: a list without models; `other`: something that lists none; `nothing`: nobody answers. */
      state: z.enum(['models', 'empty', 'other', 'nothing']),
      models: z.array(z.string()),
      /** The target that leads there already. */
      inUse: z.string().nullable(),
      /** Null where there is nothing to use, or it is in use. */
      proposal: proposal.nullable(),
    }),
  ),
  /** Variables of the environment in which a key stands; the key itself is shown to nobody. */
  keys: z.array(
    z.object({
      variable: z.string(),
      provider: z.string(),
      inUse: z.string().nullable(),
      /** Its key is typed in, or stays where it is: then `yaml` goes into the configuration file. */
      proposal: proposal.nullable(),
      yaml: z.string(),
    }),
  ),
})
export type NeighboursView = z.output<typeof neighboursView>
