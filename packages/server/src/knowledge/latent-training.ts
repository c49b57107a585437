/** Passages as rows of weighted terms, by number. */
export interface TermMatrix {
  /** First entry of each row, and one more. */
  readonly first: Uint32Array
  readonly terms: Uint32Array
  readonly weights: Float32Array
  readonly vocabulary: number
}

/** An orthonormal basis of the directions in which the passages differ most: `dimensions` numbers for each term. */
export interface LatentBasis {
  readonly dimensions: number
  readonly terms: Float32Array
}

/** Directions that a model keeps. */
const DIMENSIONS = 80
const ROUNDS = 4
/** Added to the diagonal, so that a direction that is not there becomes zero instead of noise. */
const RIDGE = 1e-9

/** Pseudo-random numbers, the same in every run and on every replica (Numerical Recipes). */
function start(length: number): Float64Array {
  let state = 7
  return Float64Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32 - 0.5
  })
}

/** One step of the power method: the basis goes through all passages and back to the terms. */
function throughPassages({ first, terms, weights, vocabulary }: TermMatrix, basis: Float64Array, k: number) {
  const next = new Float64Array(vocabulary * k)
  const row = new Float64Array(k)
  for (let passage = 0; passage + 1 < first.length; passage++) {
    const from = first[passage] ?? 0
    const until = first[passage + 1] ?? 0
    row.fill(0)
    for (let at = from; at < until; at++) {
      const weight = weights[at] ?? 0
      const offset = (terms[at] ?? 0) * k
      for (let j = 0; j < k; j++) row[j] = (row[j] ?? 0) + weight * (basis[offset + j] ?? 0)
    }
    for (let at = from; at < until; at++) {
      const weight = weights[at] ?? 0
      const offset = (terms[at] ?? 0) * k
      for (let j = 0; j < k; j++) next[offset + j] = (next[offset + j] ?? 0) + weight * (row[j] ?? 0)
    }
  }
  return next
}

/** Lower triangle L with L·Lᵀ = basisᵀ·basis. */
function choleskyOfGram(basis: Float64Array, k: number): Float64Array {
  const gram = new Float64Array(k * k)
  for (let offset = 0; offset < basis.length; offset += k)
    for (let i = 0; i < k; i++) {
      const value = basis[offset + i] ?? 0
      if (value === 0) continue
      for (let j = 0; j <= i; j++) gram[i * k + j] = (gram[i * k + j] ?? 0) + value * (basis[offset + j] ?? 0)
    }
  let trace = 0
  for (let i = 0; i < k; i++) trace += gram[i * k + i] ?? 0
  const lower = new Float64Array(k * k)
  for (let i = 0; i < k; i++)
    for (let j = 0; j <= i; j++) {
      let sum = gram[i * k + j] ?? 0
      for (let m = 0; m < j; m++) sum -= (lower[i * k + m] ?? 0) * (lower[j * k + m] ?? 0)
      if (i === j) lower[i * k + i] = Math.sqrt(Math.max(sum, RIDGE * trace))
      else lower[i * k + j] = sum / (lower[j * k + j] || 1)
    }
  return lower
}

/** Makes the columns orthonormal, in place (Cholesky QR). */
function orthonormalise(basis: Float64Array, k: number): void {
  const lower = choleskyOfGram(basis, k)
  for (let offset = 0; offset < basis.length; offset += k)
    for (let i = 0; i < k; i++) {
      let value = basis[offset + i] ?? 0
      for (let m = 0; m < i; m++) value -= (lower[i * k + m] ?? 0) * (basis[offset + m] ?? 0)
      basis[offset + i] = value / (lower[i * k + i] || 1)
    }
}

/**
 * Latent semantic analysis by subspace iteration (Halko, Martinsson and Tropp 2011). The basis alone is kept: cosines
 * between passages and questions are the same however it is turned.
 */
export function trainLatent(matrix: TermMatrix, dimensions = DIMENSIONS): LatentBasis {
  const k = Math.max(1, Math.min(dimensions, matrix.vocabulary, matrix.first.length - 1))
  let basis = start(matrix.vocabulary * k)
  orthonormalise(basis, k)
  for (let round = 0; round < ROUNDS; round++) {
    basis = throughPassages(matrix, basis, k)
    orthonormalise(basis, k)
  }
  orthonormalise(basis, k)
  return { dimensions: k, terms: Float32Array.from(basis) }
}
