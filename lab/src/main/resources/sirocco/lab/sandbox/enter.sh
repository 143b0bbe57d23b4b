# The first process of a new pid namespace, with a mount namespace of its own: builds a root folder in
# which a program finds Python and nothing of this machine's, moves there for good, and runs the program
# as somebody who may do nothing. Any failure ends it before the program starts.
#
#   enter.sh INNER NOBODY SECONDS FILE_BYTES SOURCE_BYTES PATHS LIMITS... -- COMMAND...
#
# INNER is the script that comes next; NOBODY is a user to become first, or empty; PATHS are what may be
# read, separated by colons. Standard input starts with the program.
set -euf
umask 022
inner=$1 nobody=$2 seconds=$3 file_bytes=$4 source_bytes=$5 paths=$6
shift 6

# Nothing of /sys is shown, so that its place is free for the new root; nobody installs a Python there.
root=/sys
mount -t tmpfs -o "mode=0755,nosuid,nodev,size=$((source_bytes + 1048576))" sandbox "$root"
cd "$root"
mkdir dev old proc program work

IFS=:
for path in $paths; do
  mkdir -p ".${path%/*}"
  if [ -d "$path" ]; then
    mkdir -p ".$path"
  else
    : > ".$path"
  fi
  mount --rbind "$path" ".$path"
done
unset IFS

for device in full null random urandom zero; do
  : > "dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
ln -s /proc/self/fd dev/fd
ln -s /work dev/shm
ln -s work tmp
mount -t proc -o nosuid,nodev,noexec proc proc
mount -t tmpfs -o "mode=1777,nosuid,nodev,size=$file_bytes,nr_inodes=1024" sandbox work
head -c "$source_bytes" > program/program.py

pivot_root . old
cd /
umount -l old
rmdir old
# Mounts below those that were asked for came along, so that each is made read-only by itself.
mounts=$(while read -r _ _ _ _ where _; do
  case $where in /dev/* | /proc | /work) ;; *) echo "$where" ;; esac
done < /proc/self/mountinfo)
for where in $mounts; do
  mount -o remount,bind,ro,nosuid,nodev "$where"
done
cd /work

if [ -n "$nobody" ]; then
  set -- setpriv "--reuid=$nobody" "--regid=$nobody" --clear-groups \
    unshare --user --map-root-user sh -c "$inner" inner.sh "$@"
else
  set -- unshare --user --map-root-user sh -c "$inner" inner.sh "$@"
fi
# It stays the first process: it ends when the program does, and everything in the namespace with it.
# Should the Java process die, nobody else ends the program.
exec timeout -s KILL "$seconds" "$@"
