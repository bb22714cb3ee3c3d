# category: syntax
# checks: a semicolon isn't a binding
# versions: 2.3+
{ ; }
