# category: coercion
# checks: a list can't be interpolated, even of strings
# versions: 2.3+
"a${[ "b" "c" ]}"
