/** Makes an evaluator's values from what `parseNixJson` reads; children are built before their parents. */
export interface JsonBuilder<Value> {
  null(): Value;
  boolean(value: boolean): Value;
  /** A bigint only where a number wouldn't be exact; always within 64 bits, signed. */
  integer(value: number | bigint): Value;
  float(value: number): Value;
  /** UTF-8 bytes, one a character. */
  string(bytes: string): Value;
  list(elements: Value[]): Value;
  /** Keys in the order of their first appearance; of equal keys the last value is there. */
  attributes(entries: Map<string, Value>): Value;
}
