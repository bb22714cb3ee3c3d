# category: regex
# checks: an opening of a collating symbol must be closed
# versions: 2.3+
builtins.match "[[.]" "["
