export interface DrvName {
  readonly name: string;
  readonly version: string;
}

/** The version begins after the first dash that isn't followed by a letter; a dash at the end belongs to the name. */
export function parseDrvName(fullName: string): DrvName {
  const dash = fullName.search(/-[^A-Za-z]/);
  if (dash < 0) return { name: fullName, version: "" };
  return { name: fullName.slice(0, dash), version: fullName.slice(dash + 1) };
}
