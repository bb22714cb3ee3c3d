# category: regex
# checks: words of a text
# versions: 2.3+
builtins.filter builtins.isString (builtins.split "[ \n]+" "one two\n three")
