import { queryOptions } from '@tanstack/react-query'
import { server } from '../../../server.ts'

/** The built-in engine, which quotes and needs no model. */
export const LOCAL_MODEL = 'extract-1'

/** The names of the models that the person may ask. */
export const modelsQuery = queryOptions({
  queryKey: ['chat', 'models'],
  queryFn: async (): Promise<readonly string[]> => (await server.models.list()).data.map(({ id }) => id),
  staleTime: 60_000,
})
