# category: regex
# checks: an invalid pattern is shown
# versions: 2.3+
builtins.match "(a" "a"
