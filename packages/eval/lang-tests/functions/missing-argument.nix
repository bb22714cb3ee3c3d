# category: functions
# checks: an argument without default must be given
# versions: 2.3+
({ a, b }: a) { a = 1; }
