/** A date, a time or both, in the one form that Nix shows them in. */
export class TomlTimestamp {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type TomlTable = Map<string, TomlValue>;

/** Strings and keys are byte strings, integers are of 64 bits, a number is a float. */
export type TomlValue = string | boolean | bigint | number | TomlTimestamp | TomlValue[] | TomlTable;
