# In a user namespace that owns nothing, whose own count of processes makes the limit on them exact.
#
#   inner.sh LIMITS... -- COMMAND...
set -eu
# No further namespaces: they would give powers, if only over themselves.
echo 0 > /proc/sys/user/max_user_namespaces
exec prlimit "$@"
