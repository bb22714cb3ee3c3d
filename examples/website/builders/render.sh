# Renders every page of `list` into the template, and an index of their sections for the search.
# `out` names the store path of `index`.
. "$functions"

tool mkdir "$out" "$index"
echo "globalThis.websiteSections = [" > "$index/search-index.js"

while read -r name title; do
  echo "rendering $name"
  while IFS= read -r line; do
    case $line in
      '@navigation@') tool sed "s|href=\"$name.html\"|& aria-current=\"page\"|" "$navigation" ;;
      '@content@') render_markdown < "$content/$name.md" ;;
      *'@title@'*) echo "${line%%@title@*}$title${line#*@title@}" ;;
      *) echo "$line" ;;
    esac
  done < "$template" > "$out/$name.html"
  index_sections "$name.html" < "$content/$name.md" >> "$index/search-index.js"
done < "$list"

echo "];" >> "$index/search-index.js"
echo "$index/search-index.js" > "$out/search-index"
