# category: attributes
# checks: errors on the way aren't covered by a default
# versions: 2.3+
(throw "seen").a or 1
