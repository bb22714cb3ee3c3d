import { drawDiagram } from "./diagram.ts";
import { type Section, startSearch } from "./search.ts";

declare global {
  var websiteSections: readonly Section[] | undefined;
}

const mesh = document.querySelector<HTMLElement>(".mesh");
if (mesh !== null) {
  drawDiagram(mesh);
}
const search = document.querySelector<HTMLFormElement>("#search");
if (search !== null) {
  startSearch(search, globalThis.websiteSections ?? []);
}
