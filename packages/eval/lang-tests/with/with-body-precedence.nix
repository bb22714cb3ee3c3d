# category: with
# checks: the body of a with extends as far as possible
# versions: 2.3+
(with { a = 1; }; a == 1 && true)
