// biome-ignore lint/suspicious/noControlCharactersInRegex: names of refs have none
const badRef = /\/\/|^[./-]|\/\.|\.\.|[\x00-\x20\x7f:?^~[\\*]|\.lock$|\.lock\/|@\{|[/.]$|^@$|^$/;

/** Whether Git takes it for the name of a branch or tag. */
export function isRefName(text: string): boolean {
  return !badRef.test(text);
}

/** Whether it is the hash of a commit. */
export function isRevision(text: string): boolean {
  return /^[0-9a-fA-F]{40}$/.test(text);
}
