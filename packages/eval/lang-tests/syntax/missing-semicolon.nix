# category: syntax
# checks: a binding ends in a semicolon
# versions: 2.3+
{ a = 1 }
