# ends: EXITED refused
import ctypes
import socket
import time
library = ctypes.CDLL(None, use_errno=True)
def checked(result):
    if result == -1:
        raise OSError(ctypes.get_errno(), "refused")
attempt(lambda: socket.sethostname("harm"))
attempt(lambda: time.clock_settime(time.CLOCK_REALTIME, 0))
attempt(lambda: checked(library.reboot(0x01234567)))
attempt(lambda: checked(library.swapoff(b"/swapfile")))
attempt(lambda: os.nice(-5))
attempt(lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)))
attempt(lambda: os.mknod("disk", 0o60666, os.makedev(254, 0)))
for path in ("/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/sys/vm/drop_caches",
    "/proc/sys/user/max_user_namespaces", "/proc/self/uid_map"):
    attempt(lambda: os.write(os.open(path, os.O_WRONLY), b"1"))
for path in ("/dev/mem", "/dev/kmsg", "/dev/tty", "/dev/vda", "/dev/kvm", "/dev/vsock", "/proc/kcore", "/proc/kmsg"):
    attempt(lambda: open(path, "rb").read(1))
