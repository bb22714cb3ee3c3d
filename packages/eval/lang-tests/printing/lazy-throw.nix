# category: printing
# checks: without --strict an error inside isn't reached
# versions: 2.3-2.19
# flags: lazy
{ a = throw "no"; }
