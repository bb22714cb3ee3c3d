# category: attributes
# checks: only sets have attributes
# versions: 2.3+
(1).a
