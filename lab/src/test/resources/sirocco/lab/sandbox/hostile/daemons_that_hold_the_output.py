# ends: EXITED gone
import time
for _ in range(10):
    if os.fork() == 0:
        os.setsid()
        time.sleep(60)
        os._exit(0)
print("gone")
