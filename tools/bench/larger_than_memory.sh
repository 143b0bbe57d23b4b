#!/bin/sh
# A model larger than memory: plain paging beside --max-resident, in a memory cgroup that plays the small machine.
#
#   tools/bench/larger_than_memory.sh MODEL LIMIT [RESIDENT [PROMPT [GENERATED [ROUNDS]]]]
#
# MODEL is a .gguf file or a folder; LIMIT and RESIDENT are sizes such as 12G or 900M; RESIDENT, four fifths of LIMIT if it
# is left out, is what --max-resident gets: Java, the session's cache and pages on their way need the rest. Both ways run
# ROUNDS times in turn, each from a file that is not in the system's cache. Needs Linux, and root unless systemd runs the
# user's session. SIROCCO names another launcher, SIROCCO_BENCH_OPTIONS further options of `bench`.
set -eu

fail() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit 1
}

[ $# -ge 2 ] || fail 'usage: larger_than_memory.sh MODEL LIMIT [RESIDENT [PROMPT [GENERATED [ROUNDS]]]]'

bytes() {
  number=${1%[KMGkmg]}
  case $number in '' | *[!0-9]*) fail "expected a size such as 12G or 900M, found '$1'" ;; esac
  case $1 in
    *[Kk]) echo $((number << 10)) ;;
    *[Mm]) echo $((number << 20)) ;;
    *[Gg]) echo $((number << 30)) ;;
    *) echo "$number" ;;
  esac
}

model=$1
limit=$(bytes "$2")
resident=$(bytes "${3:-$((limit * 4 / 5))}")
prompt=${4:-256}
generated=${5:-32}
rounds=${6:-5}
sirocco=${SIROCCO:-$(dirname -- "$0")/../../sirocco}
[ -e "$model" ] || fail "$model: no such file or folder"
"$sirocco" --version >/dev/null # builds what has to be built, outside the limit

name=sirocco-bench-$$
v1=/sys/fs/cgroup/memory
v2=/sys/fs/cgroup
group=''

if [ -d /run/systemd/system ]; then
  way=systemd
elif [ -e "$v1/memory.limit_in_bytes" ]; then
  group=$v1/$name
  mkdir "$group"
  echo "$limit" >"$group/memory.limit_in_bytes"
  # absent where the kernel does not count swap
  if [ -e "$group/memory.memsw.limit_in_bytes" ]; then echo "$limit" >"$group/memory.memsw.limit_in_bytes"; fi
  way=group
elif [ -e "$v2/cgroup.controllers" ]; then
  echo +memory >"$v2/cgroup.subtree_control"
  group=$v2/$name
  mkdir "$group"
  echo "$limit" >"$group/memory.max"
  if [ -e "$group/memory.swap.max" ]; then echo 0 >"$group/memory.swap.max"; fi
  way=group
else
  fail "found no memory cgroup under $v2"
fi
if [ -n "$group" ]; then trap 'rmdir "$group"' EXIT; fi

limited() {
  if [ "$way" = systemd ]; then
    [ "$(id -u)" = 0 ] && user='' || user=--user
    # shellcheck disable=SC2086
    systemd-run $user --quiet --scope -p MemoryMax="$limit" -p MemorySwapMax=0 -- "$@"
  else
    # the shell moves itself, then becomes the command
    sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "$@"
  fi
}

# Pages that are cached already would be charged to whoever read them, not to the limited group.
forget() {
  find "$model" -type f -exec dd of={} oflag=nocache conv=notrunc,fdatasync count=0 status=none \;
}

measure() {
  label=$1
  shift
  forget
  # shellcheck disable=SC2086
  limited "$sirocco" bench -m "$model" -p "$prompt" -n "$generated" -r 1 ${SIROCCO_BENCH_OPTIONS:-} "$@" |
    grep -E '(pp|tg)[0-9]' | sed "s/^/$label  /"
}

printf 'limit %d MiB, resident %d MiB, files %d MiB\n' \
  $((limit >> 20)) $((resident >> 20)) "$(du -smL "$model" | cut -f1)"
round=1
while [ "$round" -le "$rounds" ]; do
  measure 'plain paging  '
  measure '--max-resident' --max-resident "$resident"
  round=$((round + 1))
done
