# category: indented-strings
# checks: three quotes inside are two quotes' escape, also right before the end
# versions: 2.3+
[ ''a'''''' '''''''' '' ''' '' ]
