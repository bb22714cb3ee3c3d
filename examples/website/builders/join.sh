# Joins pages, program and theme. `assets` can be served on its own; `out` holds the whole site, opened from any
# folder, and names in its provenance page every store path that it was made of, its own among them.
tool mkdir -p "$assets" "$out/assets"
for file in "$app/app.js" "$(read -r map < "$app/source-map" && echo "$map")" "$index/search-index.js"; do
  tool cp "$file" "$assets/"
done
tool cp "$style" "$assets/style.css"
tool cp "$assets"/* "$out/assets/"

row() {
  echo "<tr><th scope=\"row\">$1</th><td><code>$2</code></td></tr>"
}

provenance() {
  echo "<table>"
  echo "$ingredients" | while read -r name path; do row "$name" "$path"; done
  row "assets" "$assets"
  row "this site" "$out"
  echo "</table>"
}

for page in "$pages"/*.html; do
  while IFS= read -r line; do
    case $line in
      '<div class="provenance"></div>') provenance ;;
      *) echo "$line" ;;
    esac
  done < "$page" > "$out/${page##*/}"
done
tool find "$out" -type f | tool sort
