# ends: EXITED refused
import ctypes
library = ctypes.CDLL(None, use_errno=True)
def trace(request, process):
    if library.ptrace(request, process, 0, 0) == -1:
        raise OSError(ctypes.get_errno(), "refused")
for process in (1, os.getppid(), int(parent)):
    attempt(lambda: trace(16, process))
    attempt(lambda: trace(0x4206, process))
