/** A vector of an embedding model. */
type Vector = ArrayLike<number>;

/** Added to the variance of every direction: there are fewer vectors than directions. Chosen on the practice set of the topics. */
const SHRINKAGE = 0.005;

/** How far a vector goes from everyday ones to those of a class: 0 as the mean of the former, 1 as that of the latter. */
export type Score = (vector: Vector) => number;

/**
 * Tells classes from what is usual, of which there are a few examples each: linear discriminant analysis, with the
 * covariance of what is usual (Hastie, Tibshirani, Friedman: The Elements of Statistical Learning, section 4.3).
 */
export class Discriminant {
  readonly #mean: Float64Array;
  /** Lower triangle of the Cholesky factor of the covariance, row by row. */
  readonly #factor: Float64Array;

  /** @param usual at least one; some 10 ms of work for 384 directions */
  constructor(usual: readonly Vector[]) {
    this.#mean = meanOf(usual);
    this.#factor = factorOf(covarianceOf(usual, this.#mean), this.#mean.length);
  }

  /** @param examples of the class, at least one */
  scoreOf(examples: readonly Vector[]): Score {
    const away = minus(meanOf(examples), this.#mean);
    const weights = solve(this.#factor, away);
    const scale = dot(weights, away);
    // Examples that are as the usual tell nothing.
    if (scale < Number.EPSILON) return () => 0;
    return (vector) => dot(weights, minus(vector, this.#mean)) / scale;
  }
}

function meanOf(vectors: readonly Vector[]): Float64Array {
  const mean = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) for (let index = 0; index < mean.length; index += 1) mean[index] = (mean[index] ?? 0) + (vector[index] ?? 0) / vectors.length;
  return mean;
}

function minus(a: Vector, b: Vector): Float64Array {
  return Float64Array.from(a, (value, index) => value - (b[index] ?? 0));
}

function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}

/** Lower triangle, row by row. */
function covarianceOf(vectors: readonly Vector[], mean: Float64Array): Float64Array {
  const size = mean.length;
  const sums = new Float64Array(size * size);
  for (const vector of vectors) {
    const away = minus(vector, mean);
    for (let row = 0; row < size; row += 1) {
      for (let column = 0; column <= row; column += 1) sums[row * size + column] = (sums[row * size + column] ?? 0) + ((away[row] ?? 0) * (away[column] ?? 0)) / vectors.length;
    }
  }
  for (let row = 0; row < size; row += 1) sums[row * size + row] = (sums[row * size + row] ?? 0) + SHRINKAGE;
  return sums;
}

/** Cholesky factor of a positive definite matrix. */
function factorOf(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let rest = matrix[row * size + column] ?? 0;
      for (let index = 0; index < column; index += 1) rest -= (factor[row * size + index] ?? 0) * (factor[column * size + index] ?? 0);
      factor[row * size + column] = row === column ? Math.sqrt(rest) : rest / (factor[column * size + column] ?? 1);
    }
  }
  return factor;
}

/** The vector that the matrix of a Cholesky factor turns into `right`. */
function solve(factor: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const out = Float64Array.from(right);
  for (let row = 0; row < size; row += 1) {
    for (let index = 0; index < row; index += 1) out[row] = (out[row] ?? 0) - (factor[row * size + index] ?? 0) * (out[index] ?? 0);
    out[row] = (out[row] ?? 0) / (factor[row * size + row] ?? 1);
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    for (let index = row + 1; index < size; index += 1) out[row] = (out[row] ?? 0) - (factor[index * size + row] ?? 0) * (out[index] ?? 0);
    out[row] = (out[row] ?? 0) / (factor[row * size + row] ?? 1);
  }
  return out;
}
