# category: strings
# checks: braces of a set don't end an interpolation
# versions: 2.3+
"${{ a = "}"; b = { c = "x"; }; }.b.c}"
