# ends: EXITED refused
import ctypes
library = ctypes.CDLL(None, use_errno=True)
attempt(lambda: os.memfd_create("hidden"))
def checked(result):
    if result == -1:
        raise OSError(ctypes.get_errno(), "refused")
attempt(lambda: checked(library.shmget(0, ctypes.c_size_t(1 << 20), 0o1666)))
attempt(lambda: checked(library.msgget(0, 0o1666)))
attempt(lambda: checked(library.semget(0, 10, 0o1666)))
