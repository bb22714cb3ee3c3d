# category: with
# checks: a let binding named as the with's attribute sees itself
# versions: 2.3+
with { a = 1; }; let a = a; in a
