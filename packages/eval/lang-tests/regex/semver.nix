# category: regex
# checks: a pattern as programs use it
# versions: 2.3+
map (v: builtins.match "([0-9]+)\\.([0-9]+)(\\.([0-9]+))?(-([a-z0-9.]+))?" v) [ "1.2.3" "1.2" "1.2.3-rc.1" "1" ]
