# category: printing
# checks: nesting of lists and sets
# versions: 2.3+
[ [ ] [ [ ] ] { a = [ { } ]; } { a = { b = { }; }; } ]
