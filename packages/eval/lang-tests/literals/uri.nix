# category: literals
# checks: text with a scheme is a string without quotes
# versions: 2.3+
[ http://example.org/a?b=c&d x:x a+b.c-d:%41 mailto:nobody@example.org ]
