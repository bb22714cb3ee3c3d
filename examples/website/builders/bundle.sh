# Bundles the program into one classic script, so that pages opened from a folder can load it too.
# `out` names the store path of `map`: who has the script can find the map that explains it.
tool mkdir "$out" "$map"
"$esbuild" "$source/main.ts" --bundle --minify --format=iife --target=es2022 --charset=utf8 \
  --sourcemap=linked --outfile="$out/app.js" --log-level=warning
tool mv "$out/app.js.map" "$map/app.js.map"
echo "$map/app.js.map" > "$out/source-map"
tool wc -c "$out/app.js" "$map/app.js.map"
