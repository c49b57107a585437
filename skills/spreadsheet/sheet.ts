import { grid } from './csv.ts'
import { FormulaError, evaluate } from './formula.ts'

export async function calculate({
  table,
  formulas,
}: {
  table: string
  formulas: readonly string[]
}): Promise<object> {
  const cells = grid(table)
  return formulas.map((formula) => {
    try {
      return { formula, value: evaluate(formula, cells) }
    } catch (error) {
      if (error instanceof FormulaError) return { formula, error: error.message }
      throw error
    }
  })
}
