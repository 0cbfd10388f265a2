// Resources of which a command must not take more than it was given.
import { type EscapeCase, perl } from "./escape-case.ts";

export const limitCases: readonly EscapeCase[] = [
  {
    name: "start more processes than allowed",
    needs: "perl",
    script: perl(
      'my $n = 0; for (1 .. 80) { my $p = fork; last unless defined $p; exec "sleep", 20 unless $p; $n++ } print "ESCAPED" if $n > 75',
    ),
    control: false,
  },
  {
    name: "take more memory than allowed",
    needs: "perl",
    script: perl('my $x = "a" x 400000000; print "ESCAPED"'),
    control: true,
  },
  {
    name: "reserve much more address space than allowed",
    needs: "perl",
    architecture: "x64",
    // shared and anonymous, which does not count as data
    script: perl('print "ESCAPED" if syscall(9, 0, 8 << 30, 3, 0x4021, -1, 0) != -1'),
    control: true,
  },
  {
    name: "write a larger file than allowed",
    script: "head -c 20000000 /dev/zero > big; [ $(stat -c %s big) = 20000000 ] && echo ESCAPED; rm -f big",
    control: true,
  },
  {
    name: "compute for ever",
    script: "grep -q 'Max cpu time *unlimited' /proc/self/limits && echo ESCAPED",
    control: true,
  },
  {
    name: "write a core file of any size",
    script: "grep -q 'Max core file size *unlimited' /proc/self/limits && echo ESCAPED",
    control: false,
  },
  {
    name: "fill the memory through /tmp",
    script:
      "for n in 1 2 3; do head -c 15000000 /dev/zero > /tmp/fill$n; done; [ $(cat /tmp/fill* | wc -c) = 45000000 ] && echo ESCAPED; rm -f /tmp/fill*",
    control: true,
  },
  {
    name: "fill the memory through /dev/shm",
    script:
      "for n in 1 2 3; do head -c 15000000 /dev/zero > /dev/shm/fill$n; done; [ $(cat /dev/shm/fill* | wc -c) = 45000000 ] && echo ESCAPED; rm -f /dev/shm/fill*",
    control: true,
  },
  {
    name: "fill the memory through the home directory",
    script:
      'for n in 1 2 3; do head -c 15000000 /dev/zero > "$HOME/fill$n"; done; [ $(cat "$HOME"/fill* | wc -c) = 45000000 ] && echo ESCAPED',
    control: false,
  },
];
