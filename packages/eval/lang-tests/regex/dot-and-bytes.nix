# category: regex
# checks: a dot takes one byte of a character
# versions: 2.3+
builtins.length (builtins.filter builtins.isList (builtins.split "." "é"))
