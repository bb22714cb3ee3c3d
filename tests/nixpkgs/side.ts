/** An evaluator under comparison, with a store of its own. */
export interface Side extends AsyncDisposable {
  readonly name: string;
  /** The value of an expression as JSON text, everything in it evaluated. Rejects if that fails, with the reason. */
  evaluate(expression: string): Promise<string>;
  /** The paths of all `.drv` files that evaluations have written so far. */
  derivationPaths(): Promise<readonly string[]>;
  /** What a `.drv` file holds. */
  readDerivation(path: string): Promise<Uint8Array>;
}
