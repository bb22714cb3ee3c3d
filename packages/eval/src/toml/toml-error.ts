/** Why a text is no TOML, with the place. A byte string. */
export class TomlError extends Error {}
