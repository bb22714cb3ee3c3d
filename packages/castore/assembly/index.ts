export { parentValue, subtreeValue } from "./blake3";
export { beginCut, seekCut } from "./fastcdc";
