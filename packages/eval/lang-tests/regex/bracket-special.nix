# category: regex
# checks: special characters are plain in brackets
# versions: 2.3+
[ (builtins.match "[.*+?(){}|^$]+" ".*+?(){}|^$") (builtins.match "[]]" "]") (builtins.match "[^]]" "a") (builtins.match "[[]" "[") ]
