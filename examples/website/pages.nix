# The site's pages in reading order; each has its text in content/NAME.md.
let
  pages = [
    { name = "index"; title = "The mesh"; }
    { name = "journey"; title = "A build's journey"; }
    { name = "provenance"; title = "Provenance"; }
  ];

  escape = builtins.replaceStrings [ "&" "<" ">" "\"" "'" ] [ "&amp;" "&lt;" "&gt;" "&quot;" "&#39;" ];
  toLines = toLine: builtins.concatStringsSep "" (map (page: toLine page + "\n") pages);
in
{
  list = toLines ({ name, title }: "${name} ${escape title}");
  navigation = toLines ({ name, title }: ''<a href="${name}.html">${escape title}</a>'');
}
