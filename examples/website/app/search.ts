import { members } from "./mesh.ts";

/** A heading and the text below it. `builders/render.sh` writes one for each section of each page. */
export interface Section {
  readonly page: string;
  readonly anchor: string;
  readonly title: string;
  readonly text: string;
}

const mostHits = 6;
const excerptLength = 110;

/** Every section and daemon in which all words of `query` occur, those with a word in the title first. */
export function findSections(sections: readonly Section[], query: string): readonly Section[] {
  const words = wordsOf(query);
  if (words.length === 0) {
    return [];
  }
  const daemons = members.map(({ name, purpose }) => ({ page: "index.html", anchor: "", title: name, text: purpose }));
  const inTitle = ({ title }: Section) => words.some((word) => title.toLowerCase().includes(word));
  return [...sections, ...daemons]
    .filter(({ title, text }) => words.every((word) => `${title} ${text}`.toLowerCase().includes(word)))
    .sort((a, b) => Number(inTitle(b)) - Number(inTitle(a)))
    .slice(0, mostHits);
}

/** Shows hits below the search field while one types; Escape empties it. */
export function startSearch(form: HTMLFormElement, sections: readonly Section[]): void {
  const field = form.querySelector("input");
  const list = form.querySelector("ul");
  if (field === null || list === null) {
    return;
  }
  const show = () => {
    const hits = findSections(sections, field.value);
    list.hidden = field.value.trim() === "";
    list.replaceChildren(...(hits.length === 0 ? [nothingFound()] : hits.map((hit) => showHit(hit, field.value))));
  };
  field.addEventListener("input", show);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      field.value = "";
      show();
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a")?.click();
  });
}

function wordsOf(query: string): readonly string[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
}

function showHit(section: Section, query: string): HTMLElement {
  const link = document.createElement("a");
  link.href = section.anchor === "" ? section.page : `${section.page}#${section.anchor}`;
  const excerpt = document.createElement("small");
  excerpt.append(...highlight(excerptOf(section.text, query), query));
  link.append(...highlight(section.title, query), excerpt);
  const item = document.createElement("li");
  item.append(link);
  return item;
}

function nothingFound(): HTMLElement {
  const item = document.createElement("li");
  item.className = "nothing";
  item.textContent = "Nothing found";
  return item;
}

/** The part of `text` around the first word of `query` that it has. */
function excerptOf(text: string, query: string): string {
  const at = Math.max(0, Math.min(...wordsOf(query).map((word) => positionOf(text, word))) - 30);
  const part = text.slice(at, at + excerptLength);
  return `${at > 0 ? "…" : ""}${part}${at + excerptLength < text.length ? "…" : ""}`;
}

function positionOf(text: string, word: string): number {
  const at = text.toLowerCase().indexOf(word);
  return at < 0 ? text.length : at;
}

function highlight(text: string, query: string): readonly (string | HTMLElement)[] {
  const pattern = new RegExp(`(${wordsOf(query).map(escapePattern).join("|")})`, "i");
  return text.split(pattern).map((part, position) => {
    if (position % 2 === 0) {
      return part;
    }
    const mark = document.createElement("mark");
    mark.textContent = part;
    return mark;
  });
}

function escapePattern(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
