# category: regex
# checks: nested repetition on a subject that doesn't match
# versions: 2.3+
builtins.match "((a{1,2}){1,2}){2}b" "aaaaaaa"
