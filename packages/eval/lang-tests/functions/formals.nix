# category: functions
# checks: a set pattern binds names in any order
# versions: 2.3+
({ a, b }: [ b a ]) { b = 1; a = 2; }
