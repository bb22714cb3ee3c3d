/** Facts of the archive format that reader and encoder share. Source: Nix manual, "Nix Archive (NAR) format". */

export const maximumNameLength = 255;
export const maximumTargetLength = 4095;

/** Nix has no limit; this one is above what a file system could hold in a path. */
export const maximumDepth = 4096;

export const narMagic = "nix-archive-1";

/** The bytes needed to reach the next multiple of eight. */
export function paddingLength(length: number): number {
  return (8 - (length % 8)) % 8;
}

/** Several strings as the archive has them: length, bytes, padding. */
export function encodeNarStrings(...texts: readonly string[]): Uint8Array {
  const parts = texts.map((text) => {
    const part = Buffer.alloc(8 + text.length + paddingLength(text.length));
    part.writeUInt32LE(text.length);
    part.write(text, 8, "latin1");
    return part;
  });
  return new Uint8Array(Buffer.concat(parts));
}

/** Why the name can't be an entry's; undefined if it's a good one. */
export function narNameProblem(name: Uint8Array): string | undefined {
  if (name.length === 0) return "a name is empty";
  if (name.length > maximumNameLength) return `a name is ${name.length} bytes long, of ${maximumNameLength} allowed`;
  if (name.includes(0) || name.includes(47)) return `the name ${printName(name)} has a NUL or a slash`;
  if (name[0] === 46 && (name.length === 1 || (name.length === 2 && name[1] === 46))) {
    return `the name ${printName(name)} is reserved`;
  }
  return undefined;
}

export function printName(name: Uint8Array): string {
  return JSON.stringify(Buffer.from(name).toString("utf8"));
}
