# ends: EXITED
import signal
os.kill(0, signal.SIGTERM)
os.killpg(os.getpgid(0), signal.SIGKILL)
