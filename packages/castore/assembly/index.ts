export { beginCut, seekCut } from "./fastcdc";
