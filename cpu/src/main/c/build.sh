#!/bin/sh
# Compiles kernels.c into folder $1, where it becomes a resource of the jar. Without a C compiler, or if it fails, there
# is no library and Java does the work: never an error.
folder=$1
source=${0%/*}/kernels.c
name=libsirocco_cpu-$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m | sed 's/^x86_64$/amd64/').so
case $name in
  libsirocco_cpu-linux-amd64.so) ;;
  *) exit 0 ;; # kernels.c has nothing for it
esac
if [ -n "$(find "$folder/$name" -newer "$source" 2>/dev/null)" ]; then exit 0; fi
rm -f "$folder/$name"
for compiler in ${CC:+"$CC"} cc gcc clang; do
  command -v "$compiler" >/dev/null 2>&1 || continue
  mkdir -p "$folder"
  # Under its own name only when it is whole.
  if "$compiler" -O3 -fPIC -shared -fvisibility=hidden -w -Wno-psabi "$source" -o "$folder/$name.$$"; then
    mv "$folder/$name.$$" "$folder/$name"
    exit 0
  fi
  rm -f "$folder/$name.$$"
done
echo 'no C compiler that can build kernels.c (cc, gcc, clang): Java computes alone'
