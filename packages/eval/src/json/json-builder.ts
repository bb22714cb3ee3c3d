/** Makes an evaluator's values from what `parseNixJson` reads; children are built before their parents. */
export interface JsonBuilder<Value> {
  null(): Value;
  boolean(value: boolean): Value;
  /** A bigint only where a number wouldn't be exact; from -2^63 to 2^64 - 1: what the upper half means is the builder's. */
  integer(value: number | bigint): Value;
  float(value: number): Value;
  /** UTF-8 bytes, one a character. */
  string(bytes: string): Value;
  list(elements: Value[]): Value;
  /** Keys in the order of their first appearance; of equal keys the last value is there. */
  attributes(entries: Map<string, Value>): Value;
}
