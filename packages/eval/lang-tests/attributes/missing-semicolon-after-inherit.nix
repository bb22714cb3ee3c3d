# category: attributes
# checks: inherit ends in a semicolon
# versions: 2.3+
{ inherit a }
