# category: functions
# checks: a functor's function may take a pattern
# versions: 2.3+
({ __functor = self: { x, y ? self.d }: x + y; d = 10; }) { x = 1; }
