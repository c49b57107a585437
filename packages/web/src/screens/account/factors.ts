import type { FactorsView } from '@freehold/sdk'
import { server } from '../../server.ts'

export const FACTORS_KEY = ['account', 'factors'] as const

export const readFactors = (): Promise<FactorsView> => server.factors.read()
