/** What is wrong with an input or a reference to a flake, in Nix's words. Byte strings. */
export class InputError extends Error {}

/** The text is no URL, or none of an input; read in another way, it may still be a reference to a flake. */
export class UrlError extends InputError {}
