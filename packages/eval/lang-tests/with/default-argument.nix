# category: with
# checks: defaults of arguments see names of a with around the function
# versions: 2.3+
(with { d = 5; }; { a ? d }: a) { }
