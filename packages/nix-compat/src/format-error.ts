/** Input that isn't in the format it claims to be in. The message names the format, the value and the reason. */
export class FormatError extends Error {
  override readonly name = "FormatError";
}
