# ends: EXITED refused
import ctypes
library = ctypes.CDLL(None, use_errno=True)
def checked(result):
    if result == -1:
        raise OSError(ctypes.get_errno(), "refused")
attempt(lambda: checked(library.mount(b"none", b"/work", b"tmpfs", 0, None)))
attempt(lambda: checked(library.mount(None, b"/usr", None, 32 | 4096, None)))
attempt(lambda: checked(library.umount2(b"/usr", 2)))
for flag in (0x10000000, 0x20000, 0x40000000, 0x20000000):
    attempt(lambda: checked(library.unshare(flag)))
    def cloned():
        child = library.syscall(56 if os.uname().machine == "x86_64" else 220, flag | 17, 0, 0, 0, 0)
        if child == 0:
            os._exit(0)
        checked(child)
    attempt(cloned)
