# ends: EXITED refused
import signal
for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP):
    attempt(lambda: os.kill(int(parent), number))
try:
    os.kill(1, signal.SIGKILL)
except OSError:
    pass
os.kill(os.getpid(), 0)
